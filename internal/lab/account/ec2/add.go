package ec2

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// The Add methods create resources without a call. A missing ID is generated. A reference to a
// resource that does not exist is a mistake in the test, and panics.

// idOr returns the ID, or a new one if it is "".
func (r *Resources) idOr(id, prefix string) string {
	if id == "" {
		return r.service.NewID(prefix)
	}
	return id
}

func (r *Resources) zoneOr(zone string) string {
	if zone == "" {
		return r.service.Region() + "a"
	}
	return zone
}

// must returns a function that returns the item, or panics with the name of what is missing.
func must[T any](item *T, ok bool) func(what, id string) *T {
	return func(what, id string) *T {
		if !ok {
			panic(fmt.Sprintf("account: there is no %s %q", what, id))
		}
		return item
	}
}

func mustPrefix(cidr string) netip.Prefix {
	p, err := netip.ParsePrefix(cidr)
	if err != nil {
		panic(fmt.Sprintf("account: %v", err))
	}
	return p
}

// toTags returns tags sorted by key.
func toTags(tags map[string]string) []types.Tag {
	out := []types.Tag{}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, types.Tag{Key: aws.String(key), Value: aws.String(tags[key])})
	}
	return out
}
