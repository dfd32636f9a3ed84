package asl

import (
	"math"
	"time"
)

// retryAfter finds the first retrier that matches the failure and counts its use in used. It returns the delay
// before the next attempt, and whether there is one.
func (v *visit) retryAfter(fail *failure, used []int) (time.Duration, bool) {
	for i, r := range v.st.retry {
		if !fail.matches(r.errorEquals) {
			continue
		}
		if used[i] >= r.maxAttempts {
			return 0, false
		}
		delay := r.delay(used[i])
		if r.jitter {
			delay *= v.x.runner.random()
		}
		used[i]++
		return time.Duration(delay * float64(time.Second)), true
	}
	return 0, false
}

// delay is the delay before retry n, counted from 0, in seconds and without jitter.
func (r retrier) delay(n int) float64 {
	most := float64(maxRetryDelay)
	if r.maxDelay > 0 {
		most = float64(r.maxDelay)
	}
	return math.Min(float64(r.interval)*math.Pow(r.backoffRate, float64(n)), most)
}
