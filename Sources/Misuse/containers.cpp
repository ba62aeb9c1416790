// The standard containers, used wrongly: what their own blocks' canaries and states tell.
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "objects.h"

extern "C" {

void write_past_vector(const scenario *s) {
  std::vector<char> bytes(s->bytes);
  about_exactly(bytes.data(), s->bytes);
  auto end = bytes.end();
  *hidden(&*end) ^= 1;
}
void write_past_vector_twin(const scenario *s) {
  std::vector<char> bytes(s->bytes);
  *hidden(&*(bytes.end() - 1)) ^= 1;
}
MISUSE(write_past_vector, .sizes = S24 | S100 | S5000 | S20000 | S200000, .threads = SAME,
       .what = "a write through a vector's end()", .found = "by the vector's destructor: canary",
       .secure = "overflow");

void write_past_grown_vector(const scenario *s) {
  std::vector<long> numbers;
  while (numbers.size() < numbers.capacity() || numbers.size() < s->bytes) numbers.push_back(1);
  about_exactly(bytes_of(numbers.data()), numbers.size() * sizeof(long));
  hidden(numbers.data())[numbers.size()] ^= 1;
  numbers.push_back(2);
}
void write_past_grown_vector_twin(const scenario *s) {
  std::vector<long> numbers;
  while (numbers.size() < numbers.capacity() || numbers.size() < s->bytes) numbers.push_back(1);
  hidden(numbers.data())[numbers.size() - 1] ^= 1;
  numbers.push_back(2);
}
MISUSE(write_past_grown_vector, .sizes = S24 | S1016, .threads = SAME,
       .what = "an element changed behind a full vector's last, then push_back",
       .found = "by the vector's growth: canary", .secure = "overflow");

void write_past_string(const scenario *s) {
  std::string text(s->bytes - 1, 'x');
  about_exactly(text.data(), s->bytes);
  hidden(text.data())[s->bytes] ^= 1;  // past its NUL
}
void write_past_string_twin(const scenario *s) {
  std::string text(s->bytes - 1, 'x');
  hidden(text.data())[s->bytes - 2] ^= 1;
}
MISUSE(write_past_string, .sizes = S24 | S1016 | S20000, .threads = SAME,
       .what = "a character changed behind a string's NUL", .found = "by the string's destructor: canary",
       .secure = "overflow");

void write_through_old_iterator(const scenario *s) {
  std::vector<char> bytes(s->bytes);
  char *old = bytes.data();
  auto iterator = bytes.begin() + s->bytes / 2;
  bytes.resize(s->bytes * 4);
  about_block(old, s);
  *hidden(&*iterator) ^= 1;
  reuse(old, s);
}
void write_through_old_iterator_twin(const scenario *s) {
  std::vector<char> bytes(s->bytes);
  bytes.resize(s->bytes * 4);
  *hidden(&*(bytes.begin() + s->bytes / 2)) ^= 1;
}
MISUSE(write_through_old_iterator, .sizes = S100 | S1016 | S5000 | S20000, .threads = SAME,
       .what = "a write through a vector's iterator after the vector grew",
       .found = "before the block is handed out again", .secure = "writeAfterFree", .functions = "reuse");

void write_through_old_iterator_large(const scenario *s) {
  std::vector<char> bytes(s->bytes);
  auto iterator = bytes.begin() + s->bytes / 2;
  bytes.resize(s->bytes * 4);
  *hidden(&*iterator) ^= 1;
}
void write_through_old_iterator_large_twin(const scenario *s) { write_through_old_iterator_twin(s); }
MISUSE(write_through_old_iterator_large, .sizes = S200000 | S40M, .threads = SAME,
       .what = "a write through a large vector's iterator after the vector grew", .found = "at the access",
       .secure = "fault");

void write_through_old_string(const scenario *s) {
  std::string *text = hidden(new std::string(s->bytes - 1, 'x'));
  char *characters = text->data();
  about_block(characters, s);
  delete text;
  hidden(characters)[s->bytes / 2] ^= 1;
  reuse(characters, s);
}
void write_through_old_string_twin(const scenario *s) {
  std::string text(s->bytes - 1, 'x');
  hidden(text.data())[s->bytes / 2] ^= 1;
}
MISUSE(write_through_old_string, .sizes = S24 | S1016 | S20000, .threads = SAME,
       .what = "a write into a string that is gone", .found = "before the block is handed out again",
       .secure = "writeAfterFree", .functions = "reuse");

void read_through_old_view(const scenario *s) {
  std::string *text = hidden(new std::string(s->bytes - 1, '\xff'));
  std::string_view view = *text;
  delete text;
  for (size_t i = 8; i < view.size(); i++)
    if (*hidden(&view[i]) == '\xff') give_up("the string's content outlived it");
}
void read_through_old_view_twin(const scenario *s) {
  std::string text(s->bytes - 1, '\xff');
  std::string_view view = text;
  for (size_t i = 0; i < view.size(); i++)
    if (*hidden(&view[i]) != '\xff') give_up("the string lost its content");
}
MISUSE(read_through_old_view, .sizes = S24 | S1016 | S5000, .threads = SAME,
       .what = "a string_view read whose string is gone", .found = "not found, but its content is gone",
       .secure = "harmless");

void erase_from_list_twice(const scenario *) {
  std::list<long> numbers = {1, 2, 3, 4};
  auto second = ++numbers.begin();
  char *node = bytes_of(&*second) - 2 * sizeof(void *);
  about_bytes(node, 24);
  numbers.erase(second);
  auto *links = reinterpret_cast<void **>(hidden(node));
  // As the first erase left them, for list's own work on them to be sound: the second must end at the deallocation.
  links[0] = links[1] = bytes_of(&numbers.front()) - 2 * sizeof(void *);
  numbers.erase(*hidden(&second));
}
void erase_from_list_twice_twin(const scenario *) {
  std::list<long> numbers = {1, 2, 3, 4};
  numbers.erase(numbers.erase(++numbers.begin()));
}
MISUSE(erase_from_list_twice, .sizes = NO_SIZE, .threads = SAME, .what = "a list's element erased twice",
       .found = "by the second deallocation", .secure = "doubleFree");

void write_to_erased_in_map(const scenario *) {
  std::map<long, long> numbers = {{1, 1}, {2, 2}, {3, 3}};
  auto second = numbers.find(2);
  long *value = hidden(&second->second);
  numbers.erase(second);
  // A node: three pointers, a colour, the pair.
  scenario node = {};
  struct size size = {"48", 48, 0};
  node.size = &size, node.bytes = 48;
  about_block(bytes_of(value) - 40, &node);
  *hidden(value) ^= 1;
  reuse(bytes_of(value) - 40, &node);
}
void write_to_erased_in_map_twin(const scenario *) {
  std::map<long, long> numbers = {{1, 1}, {2, 2}, {3, 3}};
  numbers.erase(1);
  *hidden(&numbers.find(2)->second) ^= 1;
}
MISUSE(write_to_erased_in_map, .sizes = NO_SIZE, .threads = SAME, .what = "a map's value changed that was erased",
       .found = "before the node's block is handed out again", .secure = "writeAfterFree",
       .functions = "reuse");
}
