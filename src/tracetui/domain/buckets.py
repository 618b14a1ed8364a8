"""The latency histogram: which bucket a response time falls in.

Sixty-four buckets to each doubling, so a bucket is 1.1 to 1.6 % wide: fine enough that the one bucket that
holds a percentile has about a hundredth of the requests, which are then read and ranked exactly. Source of
the layout: HdrHistogram's linear sub-buckets within powers of two (http://hdrhistogram.org).
"""

_SUB_BITS = 6


def bucket_of(response_time_us: int) -> int:
    """The bucket of a response time; never decreases as the time grows.

    Args:
        response_time_us: Whole microseconds, 0 or more.
    """
    exponent = max(0, response_time_us.bit_length() - _SUB_BITS - 1)
    return (exponent << _SUB_BITS) + (response_time_us >> exponent)


def bucket_range(bucket: int) -> tuple[int, int]:
    """The response times of a bucket: the first that belongs to it, and the first that no longer does."""
    exponent = max(0, (bucket >> _SUB_BITS) - 1)
    first = (bucket - (exponent << _SUB_BITS)) << exponent
    return first, first + (1 << exponent)
