package ec2

import (
	"reflect"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// EC2's limits for an account in a Region, by the category of an action; each action has its own
// buckets:
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
var (
	nonMutating = call.Limit{Size: 100, Refill: 20}
	unfiltered  = call.Limit{Size: 50, Refill: 10} // neither filtered nor paginated
	mutating    = call.Limit{Size: 50, Refill: 5}

	// uncategorized are the actions with limits of their own.
	uncategorized = map[string]call.Limit{
		"CreateSnapshots": {Size: 100, Refill: 5}, "CreateTags": {Size: 100, Refill: 10}, "DeleteTags": {Size: 100, Refill: 10},
	}
	// costly are the actions with a smaller bucket for requests that have neither a filter nor
	// pagination.
	costly = []string{"DescribeInstances", "DescribeNetworkInterfaces", "DescribeSecurityGroups", "DescribeSnapshots", "DescribeVolumes"}
)

// Limits are EC2's documented request limits. The other services have none: DynamoDB's on-demand
// tables scale with the requests.
func Limits(c call.Call) (bucket string, limit call.Limit) {
	if c.Service != name {
		return "", call.Limit{}
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
