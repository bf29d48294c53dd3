// Every failure of the engine is one Failure: a code of index.d.ts and a sentence.
#pragma once

#include <stdexcept>
#include <string>

namespace engine {

class Failure : public std::runtime_error {
 public:
  /// `code` is one of FaissErrorCode in index.d.ts; `system` is a name such as ENOSPC, only with code IO.
  Failure(const char* code, const std::string& message, std::string system = "")
      : std::runtime_error(message), code(code), system(std::move(system)) {}

  const char* code;
  std::string system;
};

/// The Failure that an errno value means: "<what>: <system's text>".
Failure system_failure(const std::string& what, int error);

/// What FAISS said, without its source location.
std::string faiss_message(const std::exception& exception);

/// The exception being handled as a Failure. Call inside a catch block only.
Failure current_failure();

}  // namespace engine
