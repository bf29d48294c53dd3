// The directions in which rows differ most.
#pragma once

#include <cstddef>
#include <vector>

namespace engine {

/// `count` directions of length 1 at right angles, count x d, that together say nearly as much of `n` rows as their leading
/// singular directions do: a few rounds of subspace iteration from a seeded start (Halko, Martinsson and Tropp, SIAM Review
/// 53, 2011), which takes milliseconds where an eigendecomposition takes most of a second. Where rows say less than that, the
/// directions that are left are zero. `count` is at most d.
std::vector<float> leading_directions(const std::vector<float>& rows, size_t n, size_t d, size_t count);

}  // namespace engine
