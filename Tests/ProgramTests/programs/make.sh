# GNU make with two jobs, thousands of variables and functions that expand them.

program make packages='make' loaded='make'

make_run() {
  {
    printf 'all: %s\n\t@sort parts/* | sha256sum\n' "$(printf 'parts/%d ' {1..120})"
    printf 'parts/%%: | parts\n\t@seq $* 500 > $@\nparts:\n\t@mkdir parts\n'
    for n in {1..3000}; do printf 'NAME_%d := $(patsubst %%.c,%%.o,a%d.c b%d.c) $(NAME_%d)\n' "$n" "$n" "$n" $((n % 10 * 100)); done
    echo '$(info $(words $(foreach n,1 100 2000 3000,$(NAME_$(n)))))'
  } >Makefile
  make -j2
}
