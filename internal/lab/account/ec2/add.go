package ec2

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// The Add methods put resources into the account without a call being made.
// Where an id is left out, one is invented. A reference to something that is
// not there is a mistake in the caller's program, and panics.

// idOr gives the id, or invents one.
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

// must gives a function that gives the item, or panics naming what is missing.
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

// toTags gives tags ordered by key.
func toTags(tags map[string]string) []types.Tag {
	out := []types.Tag{}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, types.Tag{Key: aws.String(key), Value: aws.String(tags[key])})
	}
	return out
}
