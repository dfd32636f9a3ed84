package simaws

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
)

// Limit is a token bucket: a request takes one token, and is throttled where
// there is none. Every second brings Refill tokens, up to Size.
type Limit struct{ Size, Refill float64 }

// Limits give the bucket that a call takes its token from, and the bucket's
// limit; "" is none.
type Limits func(Call) (bucket string, limit Limit)

// EC2's limits for an account in a region, by the category of an action; each
// action has buckets of its own:
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
var (
	nonMutating = Limit{Size: 100, Refill: 20}
	unfiltered  = Limit{Size: 50, Refill: 10} // and unpaginated
	mutating    = Limit{Size: 50, Refill: 5}

	// uncategorized actions have limits of their own.
	uncategorized = map[string]Limit{
		"CreateSnapshots": {Size: 100, Refill: 5}, "CreateTags": {Size: 100, Refill: 10}, "DeleteTags": {Size: 100, Refill: 10},
	}
	// costly are the actions that have a smaller bucket for requests with
	// neither a filter nor pagination.
	costly = []string{"DescribeInstances", "DescribeSecurityGroups", "DescribeSnapshots", "DescribeVolumes"}
)

// EC2Limits are the request limits that EC2 documents. The other services have
// none: DynamoDB's on-demand tables grow with what is asked of them.
func EC2Limits(c Call) (bucket string, limit Limit) {
	if c.Service != ec2Service.name {
		return "", Limit{}
	}
	limit, special := uncategorized[c.Operation]
	switch {
	case special:
		return c.Operation, limit
	case !strings.HasPrefix(c.Operation, "Describe") && !strings.HasPrefix(c.Operation, "Get"):
		return c.Operation, mutating
	case slices.Contains(costly, c.Operation) && isUnfiltered(c.Input):
		return c.Operation + " without filter or page", unfiltered
	}
	return c.Operation, nonMutating
}

func isUnfiltered(input any) bool {
	in := reflect.Indirect(reflect.ValueOf(input))
	for _, name := range []string{"Filters", "MaxResults", "NextToken"} {
		if f := in.FieldByName(name); f.IsValid() && !f.IsZero() {
			return false
		}
	}
	return true
}

// bucket holds tokens as they were in a second since its first request.
type bucket struct {
	tokens float64
	first  time.Time
	second float64
}

// admit takes a token for the call, or gives the service's throttling error.
func (a *Account) admit(c Call) error {
	if a.opts.Limits == nil {
		return nil
	}
	name, limit := a.opts.Limits(c)
	if name == "" || a.take(name, limit) {
		return nil
	}
	return services[c.Service].throttled(a, c)
}

func (a *Account) take(name string, limit Limit) bool {
	a.trace.Lock()
	defer a.trace.Unlock()
	b := a.buckets[name]
	if b == nil {
		b = &bucket{tokens: limit.Size, first: a.now()}
		a.buckets[name] = b
	}
	second := math.Floor(a.now().Sub(b.first).Seconds())
	b.tokens = min(limit.Size, b.tokens+limit.Refill*(second-b.second))
	b.second = second
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
