#include <cstring>

#include "suites/lab-va/driver.h"

namespace vfqual::lab_va {
namespace {

constexpr std::size_t kMaxBufferBytes = std::size_t{1} << 28U;

}  // namespace

VAStatus Driver::CreateBuffer(VAContextID /*context*/, VABufferType type, unsigned size, unsigned count, void* data,
                              VABufferID* id) {
  if (std::size_t{size} * count > kMaxBufferBytes) return VA_STATUS_ERROR_ALLOCATION_FAILED;
  const auto [buffer_id, buffer] = buffers_.Make();
  buffer->type = type;
  buffer->element_bytes = size;
  buffer->elements = count;
  if (type == VAEncCodedBufferType) {
    buffer->coded_room = std::size_t{size} * count;
    buffer->bytes = std::make_shared<std::vector<std::uint8_t>>();
  } else {
    buffer->bytes = std::make_shared<std::vector<std::uint8_t>>(std::size_t{size} * count);
    if (data != nullptr) std::memcpy(buffer->bytes->data(), data, buffer->bytes->size());
  }
  *id = buffer_id;
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::BufferSetNumElements(VABufferID id, unsigned count) {
  Buffer* const buffer = buffers_.Find(id);
  if (buffer == nullptr) return VA_STATUS_ERROR_INVALID_BUFFER;
  if (buffer->element_bytes * count > buffer->bytes->size()) return VA_STATUS_ERROR_INVALID_PARAMETER;
  buffer->elements = count;
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::MapBuffer(VABufferID id, void** data) {
  Buffer* const buffer = buffers_.Find(id);
  if (buffer == nullptr) return VA_STATUS_ERROR_INVALID_BUFFER;
  if (buffer->type == VAEncCodedBufferType) {
    if (const VAStatus done = SyncBuffer(id, VA_TIMEOUT_INFINITE); done != VA_STATUS_SUCCESS) return done;
    buffer->coded.size = static_cast<std::uint32_t>(buffer->bytes->size());
    buffer->coded.buf = buffer->bytes->data();
    *data = &buffer->coded;
  } else {
    *data = buffer->bytes->data();
  }
  return VA_STATUS_SUCCESS;
}

VAStatus Driver::SyncBuffer(VABufferID id, std::uint64_t /*timeout_ns*/) {
  const Buffer* const buffer = buffers_.Find(id);
  if (buffer == nullptr) return VA_STATUS_ERROR_INVALID_BUFFER;
  if (const VAStatus done = Finish(buffer->stream, buffer->bytes); done != VA_STATUS_SUCCESS) return done;
  const bool overflown = buffer->type == VAEncCodedBufferType && buffer->bytes->size() > buffer->coded_room;
  return overflown ? VA_STATUS_ERROR_NOT_ENOUGH_BUFFER : VA_STATUS_SUCCESS;
}

VAStatus Driver::UnmapBuffer(VABufferID id) {
  return buffers_.Find(id) != nullptr ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_INVALID_BUFFER;
}

VAStatus Driver::DestroyBuffer(VABufferID id) {
  return buffers_.Destroy(id) ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_INVALID_BUFFER;
}

VAStatus Driver::BufferInfo(VABufferID id, VABufferType* type, unsigned* size, unsigned* count) {
  const Buffer* const buffer = buffers_.Find(id);
  if (buffer == nullptr) return VA_STATUS_ERROR_INVALID_BUFFER;
  *type = buffer->type;
  *size = static_cast<unsigned>(buffer->element_bytes);
  *count = buffer->elements;
  return VA_STATUS_SUCCESS;
}

}  // namespace vfqual::lab_va
