# Hashes, strings, symbols, threads and garbage collection; prints sums.

state = 1
number = ->(limit) { state = (state * 1103515245 + 12345) % 2147483648; (state >> 8) % limit }

table = {}
100_000.times { |step| key = "k#{number.(20_000)}"; step % 3 == 2 ? table.delete(key) : (table[key] ||= []) << "value #{step}" }
puts "hash #{table.size} #{table.sum { |key, values| key.size + values.sum(&:size) }}"

text = (0...20_000).map { |n| "word#{n}=#{n * n}" }.join(' ')
puts "regexp #{text.scan(/=\d*6\b/).size} #{text.gsub(/(\w+)=(\d+)/) { $2 + $1 }.sum}"

answers = 6.times.map { |lane| Thread.new { (0...3000).map { |n| ('a'..'z').to_a.rotate(n + lane).join * (n % 9) }.sum(&:size) } }.map(&:value)
puts "threads #{answers}"
GC.start
GC.compact if GC.respond_to?(:compact)
puts "symbols #{(0...5000).map { |n| "symbol#{n}".to_sym }.uniq.size}"
puts "bignum #{(7**5000 * 3**7000).to_s.size}"
puts "fork #{10.times.map { |n| IO.popen(['echo', n.to_s]) { |pipe| pipe.read.to_i } }.sum}"
