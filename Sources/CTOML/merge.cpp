#include "CTOML.h"

#include <cstdlib>
#include <cstring>
#include <exception>
#include <sstream>
#include <string>

#include <toml++/toml.h>

namespace {

void merge(toml::table &into, const toml::table &patch) {
  for (auto &&entry : patch) {
    const toml::key &key = entry.first;
    const toml::node &value = entry.second;
    toml::table *present = into[key].as_table();
    const toml::table *wanted = value.as_table();
    if (present && wanted) {
      merge(*present, *wanted);
    } else {
      value.visit([&](auto &&node) { into.insert_or_assign(key, node); });
    }
  }
}

char *copy(const std::string &text) { return strdup(text.c_str()); }

}  // namespace

// No exception may leave these: the caller is Swift.
char *ctoml_merge(const char *text, const char *patch, char **error) {
  try {
    toml::table table = toml::parse(std::string_view(text));
    toml::table change = toml::parse(std::string_view(patch));
    // The version decides where settings stand: those of another one would be in the wrong place.
    auto present = table["version"].value<int64_t>(), wanted = change["version"].value<int64_t>();
    if (!present || !wanted || *present == *wanted) merge(table, change);
    std::ostringstream stream;
    stream << table << '\n';
    return copy(stream.str());
  } catch (const toml::parse_error &fault) {
    std::ostringstream stream;
    stream << "line " << fault.source().begin.line << ", column " << fault.source().begin.column << ": "
           << fault.description();
    *error = copy(stream.str());
  } catch (const std::exception &fault) {
    *error = copy(fault.what());
  } catch (...) {
    *error = copy("unknown fault");
  }
  return nullptr;
}

void ctoml_free(char *text) { free(text); }
