# Z3, a theorem prover in C++: many small objects and deep recursion.

program z3 packages='z3' loaded='z3'

z3_run() {
  # Eight queens, then arithmetic that has no solution.
  {
    for row in {1..8}; do echo "(declare-const q$row Int)(assert (and (>= q$row 1) (<= q$row 8)))"; done
    for row in {1..8}; do
      for ((other = row + 1; other <= 8; other++)); do
        echo "(assert (and (not (= q$row q$other)) (not (= (- q$row q$other) $((other - row)))) (not (= (- q$other q$row) $((other - row))))))"
      done
    done
    echo '(check-sat)(get-model)(reset)'
    echo '(declare-const a (_ BitVec 20))(declare-const b (_ BitVec 20))'
    echo '(assert (= (bvmul a b) #x3FFF5))(assert (bvugt a #x00001))(assert (bvugt b a))(assert (bvult b #x00FFF))(check-sat)'
  } >problem.smt2
  z3 smt.random_seed=1 problem.smt2
}
