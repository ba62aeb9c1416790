// templates: a source for compilers. COUNT different records, each with containers of its own types, algorithms over
// them and closures, so that a compiler instantiates, optimises and writes out some hundred functions for each. All of
// it comes from templates: the more of COUNT, the more work, without a large file.

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#ifndef COUNT
#error "compile with -DCOUNT=N"
#endif

template <int I>
struct Key {
    std::array<int, I % 7 + 1> parts{};
    bool operator<(const Key &other) const { return parts < other.parts; }
};

template <int I>
struct Record {
    std::map<Key<I>, std::vector<std::string>> names;
    std::unordered_map<int, std::unique_ptr<Key<I>>> keys;
    std::set<std::pair<int, Key<I>>> order;
    std::vector<std::function<int(int)>> steps;

    void add(int number, const std::string &name) {
        Key<I> key;
        std::iota(key.parts.begin(), key.parts.end(), number);
        names[key].push_back(name + std::to_string(I));
        keys.emplace(number, std::make_unique<Key<I>>(key));
        order.emplace(number % (I + 1), key);
        steps.push_back([number, key](int value) { return value * I + number + key.parts.back(); });
    }

    int sum() const {
        int total = 0;
        for (const auto &[key, texts] : names)
            total += std::accumulate(texts.begin(), texts.end(), key.parts.front(),
                                     [](int value, const std::string &text) { return value + int(text.size()) + I; });
        std::vector<int> values;
        for (const auto &step : steps) values.push_back(step(total));
        std::sort(values.begin(), values.end(), [](int a, int b) { return a % (I + 2) < b % (I + 2); });
        return values.empty() ? int(keys.size() + order.size()) : values[values.size() / 2];
    }
};

template <int I>
int use(int number) {
    Record<I> record;
    for (int i = 0; i < number; i++) record.add(i, "record");
    return record.sum();
}

template <int... I>
int use_all(std::integer_sequence<int, I...>, int number) {
    return (use<I>(number) + ...);
}

int main(int argc, char **) { return use_all(std::make_integer_sequence<int, COUNT>(), argc) == 0; }
