#include "failure.h"

#include <faiss/impl/FaissException.h>

#include <cerrno>
#include <cstring>
#include <new>

namespace engine {

namespace {

std::string error_name(int error) {
  switch (error) {
    case EACCES: return "EACCES";
    case EBUSY: return "EBUSY";
    case EDQUOT: return "EDQUOT";
    case EEXIST: return "EEXIST";
    case EFBIG: return "EFBIG";
    case EINTR: return "EINTR";
    case EINVAL: return "EINVAL";
    case EIO: return "EIO";
    case EISDIR: return "EISDIR";
    case ELOOP: return "ELOOP";
    case EMFILE: return "EMFILE";
    case ENAMETOOLONG: return "ENAMETOOLONG";
    case ENFILE: return "ENFILE";
    case ENODEV: return "ENODEV";
    case ENOENT: return "ENOENT";
    case ENOMEM: return "ENOMEM";
    case ENOSPC: return "ENOSPC";
    case ENOTDIR: return "ENOTDIR";
    case ENXIO: return "ENXIO";
    case EPERM: return "EPERM";
    case EROFS: return "EROFS";
    case ESTALE: return "ESTALE";
    case ETXTBSY: return "ETXTBSY";
    default: return "errno " + std::to_string(error);
  }
}

}  // namespace

Failure system_failure(const std::string& what, int error) {
  return Failure("IO", what + ": " + std::strerror(error), error_name(error));
}

std::string faiss_message(const std::exception& exception) {
  // "Error in <function> at <file>:<line>: <message>"
  std::string text = exception.what();
  if (text.rfind("Error in ", 0) != 0) return text;
  size_t at = text.rfind(" at ", text.find(".cpp:"));
  size_t end = at == std::string::npos ? at : text.find(": ", at);
  if (end == std::string::npos) return text;
  text = text.substr(end + 2);
  // "Error: '<condition>' failed: <message>"
  size_t failed = text.rfind("' failed: ");
  if (text.rfind("Error: '", 0) == 0 && failed != std::string::npos) text = text.substr(failed + 10);
  while (!text.empty() && (text.back() == '\0' || text.back() == '\n')) text.pop_back();
  return text;
}

Failure current_failure() {
  try {
    throw;
  } catch (const Failure& failure) {
    return failure;
  } catch (const std::bad_alloc&) {
    return Failure("MEMORY", "Not enough memory.");
  } catch (const std::length_error&) {
    return Failure("MEMORY", "More memory was asked for than any machine has.");
  } catch (const std::exception& exception) {
    std::string message = faiss_message(exception);
    if (message.find("as large as number of clusters") != std::string::npos) {
      return Failure("TOO_FEW_POINTS", message);
    }
    if (message.find("not implemented") != std::string::npos || message.find("not supported") != std::string::npos) {
      return Failure("UNSUPPORTED", message);
    }
    return Failure("FAISS", message);
  } catch (...) {
    return Failure("FAISS", "FAISS failed without saying why.");
  }
}

}  // namespace engine
