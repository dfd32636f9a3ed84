package asl

import (
	"fmt"
	"slices"
	"strings"
)

// The error names that Step Functions reserves and that this package produces or accepts.
// See https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html.
const (
	errorAll              = "States.ALL"
	errorDataLimit        = "States.DataLimitExceeded"
	errorHeartbeatTimeout = "States.HeartbeatTimeout"
	errorNoChoiceMatched  = "States.NoChoiceMatched"
	errorPermissions      = "States.Permissions"
	errorQueryEvaluation  = "States.QueryEvaluationError"
	errorRuntime          = "States.Runtime"
	errorTaskFailed       = "States.TaskFailed"
	errorTimeout          = "States.Timeout"
)

var catchable = []string{errorAll, errorDataLimit, errorHeartbeatTimeout, errorNoChoiceMatched, errorPermissions,
	errorQueryEvaluation, errorTaskFailed, errorTimeout}

// Limits and defaults of Retry: see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html.
const (
	maxRetryDelay    = 31622400 // seconds, a leap year
	defaultInterval  = 1
	defaultAttempts  = 3
	defaultBackoff   = 2.0
	maxBackoff       = 1e9 // keeps a product of backoffs finite
	jitterFull       = "FULL"
	jitterNone       = "NONE"
	fieldErrorEquals = "ErrorEquals"
)

// errors reads Retry and Catch.
func (p *parser) errors(o *object, st *state, outer map[string]bool) {
	p.list(o, "Retry", func(r *object, i, last int) {
		st.retry = append(st.retry, p.retrier(r, i == last))
	})
	p.list(o, "Catch", func(c *object, i, last int) {
		prefix := fmt.Sprintf("Catch[%d]/", i)
		c.comment()
		st.catch = append(st.catch, catcher{
			errorEquals: p.errorEquals(c, i == last),
			next:        c.name("Next", true),
			output:      c.payload("Output", prefix),
			assign:      p.assign(c, outer, prefix),
		})
	})
}

func (p *parser) list(o *object, field string, each func(item *object, i, last int)) {
	n := o.take(field)
	if n == nil {
		return
	}
	if !n.array {
		p.fault(o.at(field), "must be an array")
		return
	}
	for i, item := range n.items {
		if io := p.object(item, fmt.Sprintf("%s[%d]", o.at(field), i)); io != nil {
			each(io, i, len(n.items)-1)
			io.done()
		}
	}
}

func (p *parser) retrier(o *object, last bool) retrier {
	o.comment()
	r := retrier{
		errorEquals: p.errorEquals(o, last),
		interval:    o.integer("IntervalSeconds", defaultInterval, 1, maxSeconds),
		maxAttempts: o.integer("MaxAttempts", defaultAttempts, 0, maxSeconds),
		backoffRate: o.number("BackoffRate", defaultBackoff, 1, maxBackoff, false),
		maxDelay:    o.integer("MaxDelaySeconds", 0, 1, maxRetryDelay-1),
	}
	if r.maxDelay > 0 && r.maxDelay <= r.interval {
		p.fault(o.at("MaxDelaySeconds"), "must be greater than IntervalSeconds, which is %d", r.interval)
	}
	if n := o.take("JitterStrategy"); n != nil {
		if n.value != jitterFull && n.value != jitterNone {
			p.fault(o.at("JitterStrategy"), "must be %q or %q", jitterFull, jitterNone)
		}
		r.jitter = n.value == jitterFull
	}
	return r
}

// errorEquals reads ErrorEquals. States.ALL must be its only name, and is permitted in the last item only.
func (p *parser) errorEquals(o *object, last bool) []string {
	n := o.need(fieldErrorEquals, "an array of at least one error name")
	if n == nil {
		return nil
	}
	path := o.at(fieldErrorEquals)
	if !n.array || len(n.items) == 0 {
		p.fault(path, "must be an array of at least one error name")
		return nil
	}
	var names []string
	for i, item := range n.items {
		name, ok := item.value.(string)
		if !ok || name == "" {
			p.fault(fmt.Sprintf("%s[%d]", path, i), "must be an error name")
			continue
		}
		if strings.HasPrefix(name, "States.") && !slices.Contains(catchable, name) {
			p.fault(fmt.Sprintf("%s[%d]", path, i), "%q never reaches a Retry or Catch here; reserved names that do are %s",
				name, strings.Join(catchable, ", "))
		}
		names = append(names, name)
	}
	if slices.Contains(names, errorAll) && (len(names) > 1 || !last) {
		p.fault(path, "States.ALL must stand alone, in the last of the array")
	}
	return names
}
