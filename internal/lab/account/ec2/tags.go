package ec2

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var createTags = call.Operation{
	Name: "CreateTags", Mutating: true,
	Needs: []string{"Resources", "Tags"},
}

// Limits of tags: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
const (
	maxTags     = 50
	maxTagKey   = 128 // characters
	maxTagValue = 256 // characters
)

// CreateTags follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html
//
// Either all resources get all tags, or nothing changes.
func (c *Client) CreateTags(ctx context.Context, in *ec2.CreateTagsInput, _ ...func(*ec2.Options)) (*ec2.CreateTagsOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, createTags, in, func(in *ec2.CreateTagsInput) (*ec2.CreateTagsOutput, error) {
		if err := checkTags(in.Tags); err != nil {
			return nil, err
		}
		var places []*[]types.Tag
		for _, id := range in.Resources {
			place, err := r.tagsOf(id)
			if err != nil {
				return nil, err
			}
			if countTags(mergeTags(*place, in.Tags)) > maxTags {
				return nil, call.Fail("TagLimitExceeded", "The maximum number of tags for a resource has been reached: %s", id)
			}
			places = append(places, place)
		}
		for _, place := range places {
			*place = mergeTags(*place, in.Tags)
		}
		return &ec2.CreateTagsOutput{}, nil
	})
}

// tagsOf returns a pointer to the tags of a resource of any kind.
func (r *Resources) tagsOf(id string) (*[]types.Tag, error) {
	for _, k := range kinds {
		if !k.WellFormed(id) {
			continue
		}
		if place := r.tagPlace(k, id); place != nil {
			return place, nil
		}
		return nil, k.missing(id)
	}
	return nil, call.Fail("InvalidID", "The ID '%s' is not valid", id)
}

func (r *Resources) tagPlace(k Kind, id string) *[]types.Tag {
	switch k {
	case KindInstance:
		return place(&r.storage.instances, id, func(i *types.Instance) *[]types.Tag { return &i.Tags })
	case KindACL:
		return place(&r.network.acls, id, func(n *types.NetworkAcl) *[]types.Tag { return &n.Tags })
	case KindVPC:
		return place(&r.network.vpcs, id, func(v *types.Vpc) *[]types.Tag { return &v.Tags })
	case KindSubnet:
		return place(&r.network.subnets, id, func(s *types.Subnet) *[]types.Tag { return &s.Tags })
	case KindGroup:
		return place(&r.network.groups, id, func(g *types.SecurityGroup) *[]types.Tag { return &g.Tags })
	case KindInterface:
		return place(&r.network.interfaces, id, func(n *types.NetworkInterface) *[]types.Tag { return &n.TagSet })
	case KindVolume:
		return place(&r.storage.volumes, id, func(v *types.Volume) *[]types.Tag { return &v.Tags })
	default:
		return place(&r.storage.snapshots, id, func(s *snapshot) *[]types.Tag { return &s.tags })
	}
}

func place[T any](from *collection[T], id string, of func(*T) *[]types.Tag) *[]types.Tag {
	item, ok := from.get(id)
	if !ok {
		return nil
	}
	return of(item)
}

// tagsFor returns the tags with which a request creates a resource of the kind.
func tagsFor(k Kind, specs []types.TagSpecification) ([]types.Tag, error) {
	tags := []types.Tag{}
	for _, spec := range specs {
		if string(spec.ResourceType) != k.Word {
			return nil, call.Fail("InvalidParameterValue", "'%s' is not a valid taggable resource type for this operation.", spec.ResourceType)
		}
		if err := checkTags(spec.Tags); err != nil {
			return nil, err
		}
		tags = mergeTags(tags, spec.Tags)
	}
	if len(tags) > maxTags {
		return nil, call.Fail("TagLimitExceeded", "The maximum number of tags for a resource has been reached.")
	}
	return tags, nil
}

func checkTags(tags []types.Tag) error {
	seen := map[string]bool{}
	for _, t := range tags {
		key, value := aws.ToString(t.Key), aws.ToString(t.Value)
		switch {
		case key == "":
			return call.Fail("InvalidParameterValue", "Tag key cannot be empty.")
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			return call.Fail("InvalidParameterValue", "Tag keys starting with 'aws:' are reserved for internal use")
		case utf8.RuneCountInString(key) > maxTagKey:
			return call.Fail("InvalidParameterValue", "Tag key exceeds the maximum length of %d characters", maxTagKey)
		case utf8.RuneCountInString(value) > maxTagValue:
			return call.Fail("InvalidParameterValue", "Tag value exceeds the maximum length of %d characters", maxTagValue)
		case seen[key]:
			return call.Fail("InvalidParameterValue", "Duplicate tag key '%s' specified.", key)
		}
		seen[key] = true
	}
	return nil
}

// mergeTags returns old with added over it, as a new slice.
func mergeTags(old, added []types.Tag) []types.Tag {
	merged := append([]types.Tag{}, old...)
next:
	for _, t := range added {
		for i := range merged {
			if aws.ToString(merged[i].Key) == aws.ToString(t.Key) {
				merged[i] = t
				continue next
			}
		}
		merged = append(merged, t)
	}
	return merged
}

// countTags does not count the tags that AWS itself adds, which are exempt from the limit.
func countTags(tags []types.Tag) int {
	n := 0
	for _, t := range tags {
		if !strings.HasPrefix(aws.ToString(t.Key), "aws:") {
			n++
		}
	}
	return n
}
