package ec2

import (
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// filters maps each filter of an operation to the values that it is compared with. tag:<key> and
// tag-key are supported for all resources with tags.
type filters[T any] map[string]func(*T) []string

// tagged returns a resource's tags for the tag filters.
type tagged[T any] func(*T) []types.Tag

// keep returns the items that match every filter. One of a filter's values must match,
// case-sensitively, with * and ? as wildcards:
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
func (known filters[T]) keep(service *call.Service, op call.Operation, tags tagged[T], asked []types.Filter, items []*T) ([]*T, error) {
	for _, f := range asked {
		values, err := known.lookup(service, op, tags, aws.ToString(f.Name))
		if err != nil {
			return nil, err
		}
		if len(f.Values) == 0 {
			return nil, call.Fail("InvalidParameterValue", "The filter '%s' needs at least one value", aws.ToString(f.Name))
		}
		var kept []*T
		for _, item := range items {
			if matchesAny(f.Values, values(item)) {
				kept = append(kept, item)
			}
		}
		items = kept
	}
	return items, nil
}

func (known filters[T]) lookup(service *call.Service, op call.Operation, tags tagged[T], name string) (func(*T) []string, error) {
	if values, ok := known[name]; ok {
		return values, nil
	}
	if name == "tag-key" {
		return func(item *T) []string { return tagKeys(tags(item)) }, nil
	}
	if key, ok := strings.CutPrefix(name, "tag:"); ok {
		return func(item *T) []string { return tagValues(tags(item), key) }, nil
	}
	return nil, service.Unsupported(op, "filter %s", name)
}

func tagKeys(tags []types.Tag) []string {
	var keys []string
	for _, t := range tags {
		keys = append(keys, aws.ToString(t.Key))
	}
	return keys
}

func tagValues(tags []types.Tag, key string) []string {
	for _, t := range tags {
		if aws.ToString(t.Key) == key {
			return []string{aws.ToString(t.Value)}
		}
	}
	return nil
}

func matchesAny(patterns, values []string) bool {
	for _, p := range patterns {
		for _, v := range values {
			if wildcard(p, v) {
				return true
			}
		}
	}
	return false
}

// literal escapes characters that are special in path.Match but literal in EC2. A slash is
// replaced, because * would not match it.
var literal = strings.NewReplacer("[", `\[`, "]", `\]`, "/", "\x00")

func wildcard(pattern, value string) bool {
	if !strings.ContainsAny(pattern, `*?\`) {
		return pattern == value
	}
	ok, err := path.Match(literal.Replace(pattern), strings.ReplaceAll(value, "/", "\x00"))
	return err == nil && ok
}

// one is the value of an optional field, as a slice for a filter.
func one(p *string) []string {
	if p == nil {
		return nil
	}
	return []string{*p}
}

func truth(b *bool) []string {
	if aws.ToBool(b) {
		return []string{"true"}
	}
	return []string{"false"}
}
