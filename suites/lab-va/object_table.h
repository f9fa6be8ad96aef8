#pragma once

#include <va/va.h>

#include <map>
#include <memory>
#include <utility>

namespace vfqual::lab_va {

// Objects by the ids that libva hands out. Each table starts at a number of its own, so that an id of another kind is
// never mistaken.
template <class T>
class ObjectTable {
 public:
  explicit ObjectTable(VAGenericID first) : next_(first) {}

  template <class... Args>
  std::pair<VAGenericID, T*> Make(Args&&... args) {
    const VAGenericID id = next_++;
    auto& object = objects_[id] = std::make_unique<T>(std::forward<Args>(args)...);
    return {id, object.get()};
  }

  T* Find(VAGenericID id) const {
    const auto found = objects_.find(id);
    return found == objects_.end() ? nullptr : found->second.get();
  }

  bool Destroy(VAGenericID id) { return objects_.erase(id) != 0; }

 private:
  VAGenericID next_;
  std::map<VAGenericID, std::unique_ptr<T>> objects_;
};

}  // namespace vfqual::lab_va
