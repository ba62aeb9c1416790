// Templates that make a compiler work, and containers and threads that make the program allocate.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <future>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

template <std::size_t N> struct Chain : Chain<N - 1> {
  std::map<std::size_t, std::vector<std::string>> held;
  std::size_t total() const { return N + held.size() + Chain<N - 1>::total(); }
};
template <> struct Chain<0> {
  std::size_t total() const { return 0; }
};

template <std::size_t... I> auto wideTuple(std::index_sequence<I...>) {
  return std::make_tuple(std::pair<std::integral_constant<std::size_t, I>, std::string>{{}, std::to_string(I)}...);
}

template <typename... T> std::size_t letters(const std::tuple<T...> &all) {
  return std::apply([](const auto &...each) { return (each.second.size() + ...); }, all);
}

template <typename Map> std::uint64_t exercise(unsigned seed) {
  Map map;
  std::uint64_t state = seed;
  for (int step = 0; step < 15000; step++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    auto key = std::to_string(state >> 51);
    if (step % 3 == 2) map.erase(key);
    else map[key].emplace_back(std::string(state >> 57, 'x'));
  }
  std::uint64_t sum = 0;
  for (auto &[key, values] : map)
    for (auto &value : values) sum += std::hash<std::string>{}(key) % 1000 + value.size();
  return sum;
}

struct Node {
  std::unique_ptr<Node> left, right;
  std::shared_ptr<std::string> label;
};
static std::unique_ptr<Node> grow(int depth, std::shared_ptr<std::string> label) {
  if (depth == 0) return nullptr;
  auto node = std::make_unique<Node>();
  node->left = grow(depth - 1, label);
  node->right = grow(depth - 1, std::make_shared<std::string>(*label + "r"));
  node->label = label;
  return node;
}
static std::size_t weigh(const Node *node) {
  return node ? node->label->size() + weigh(node->left.get()) + weigh(node->right.get()) : 0;
}

struct alignas(256) Wide { char bytes[300]; };

int main() {
  std::cout << Chain<30>{}.total() << ' ' << letters(wideTuple(std::make_index_sequence<24>{})) << '\n';
  std::vector<std::future<std::uint64_t>> results;
  for (unsigned lane = 0; lane < 4; lane++) {
    results.push_back(std::async(std::launch::async, exercise<std::map<std::string, std::vector<std::string>>>, lane));
    results.push_back(std::async(std::launch::async, exercise<std::unordered_map<std::string, std::list<std::string>>>, lane));
  }
  for (auto &result : results) std::cout << result.get() << '\n';
  std::cout << weigh(grow(14, std::make_shared<std::string>("root")).get()) << '\n';
  std::string text;
  for (int n = 0; n < 2000; n++) text += "word" + std::to_string(n) + ' ';
  std::vector<std::unique_ptr<Wide>> wides;
  for (int n = 0; n < 500; n++) wides.push_back(std::make_unique<Wide>());
  bool aligned = std::ranges::all_of(wides, [](auto &w) { return reinterpret_cast<std::uintptr_t>(w.get()) % 256 == 0; });
  std::function<int(int)> add = [kept = std::vector<int>(1000, 1)](int n) { return n + std::accumulate(kept.begin(), kept.end(), 0); };
  std::cout << aligned << ' ' << add(5) << '\n';
  try { throw std::runtime_error(text); } catch (const std::exception &error) { std::cout << std::string(error.what()).size() << '\n'; }
}
