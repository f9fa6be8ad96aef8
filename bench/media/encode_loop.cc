#include "bench/media/encode_loop.h"

#include "suites/media/va_device.h"

namespace vfqual::bench {

Result<std::unique_ptr<MediaLoop>> EncodeLoop::Make(AVBufferRef* device, const suites::EncodeRequest& request,
                                                    SourcePictures sources) {
  auto pool = suites::MakeSurfacePool(device, request.width, request.height, request.profile.ten_bits);
  if (!pool) return Fail(pool.error());
  auto encoder = suites::VaEncoder::Open(pool->get(), request);
  if (!encoder) return Fail(encoder.error());
  std::unique_ptr<EncodeLoop> loop(new EncodeLoop(std::move(*pool), std::move(*encoder), std::move(sources)));
  auto check = CodedPicturesCheck::Open(
      request, [own = loop.get()](std::uint64_t number) -> auto& { return own->sources_.Picture(number); });
  if (!check) return Fail(check.error());
  loop->check_.emplace(std::move(*check));
  return loop;
}

Status EncodeLoop::Step() {
  const auto surface = suites::UploadFrame(pool_.get(), sources_.Frame(in_));
  if (!surface) return Fail(surface.error());
  (*surface)->pts = static_cast<std::int64_t>(in_++);
  const auto before = coded_.size();
  auto done = encoder_.Send(surface->get()).and_then([&] { return encoder_.Take(coded_); });
  for (auto at = before; at < coded_.size(); ++at) bytes_out_ += coded_[at].bytes.size();
  out_ += coded_.size() - before;
  return done;
}

Status EncodeLoop::Verify() {
  return check_->Take(coded_);
}

}  // namespace vfqual::bench
