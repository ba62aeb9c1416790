// containers: C++ standard containers under churn, so that operator new and (sized) operator delete are measured
// and not only malloc. A map from numbers to strings gains and loses random entries; strings are 1 to 200 bytes,
// mostly past the length that std::string keeps inside itself. An operation is one entry added or removed.

#include <map>
#include <string>
#include <vector>

#include "support.h"

namespace {

constexpr char accepted[] = "containers OPERATIONS";

/// Keys are drawn from so many; about half of them are present at a time.
constexpr size_t key_count = 20000;

}  // namespace

int main(int argc, char **argv) {
    if (argc != 2) usage(accepted);
    const uint64_t operations = number(argv[1], 1, UINT64_MAX / 2, accepted);

    uint64_t seed = 88172645463325252u, written = 0, found = 0;
    std::map<uint32_t, std::vector<std::string>> entries;
    for (uint64_t i = 0; i < operations; i++) {
        const auto key = static_cast<uint32_t>(random_between(&seed, 0, key_count - 1));
        const auto entry = entries.find(key);
        if (entry != entries.end()) {
            for (const std::string &text : entry->second) found += text.size();
            entries.erase(entry);
        } else {
            std::vector<std::string> texts;
            const size_t count = random_between(&seed, 1, 3);
            for (size_t one = 0; one < count; one++) {
                texts.emplace_back(random_between(&seed, 1, 200), static_cast<char>('a' + one));
                written += texts.back().size();
            }
            entries.emplace(key, std::move(texts));
        }
    }
    for (const auto &entry : entries)
        for (const std::string &text : entry.second) found += text.size();
    return finish(operations, written, found);
}
