package ec2

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// tag adds tags to a resource: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html
func (c *Client) tag(ctx context.Context, r quarantine.Resource, resource string, tags map[string]string) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.CreateTags(ctx, &awsec2.CreateTagsInput{DryRun: dry(ctx), Resources: []string{resource}, Tags: tagList(tags)})
	return failure("CreateTags", err)
}

// tagSpec specifies the tags of a resource to be created.
func tagSpec(of types.ResourceType, tags map[string]string) []types.TagSpecification {
	if len(tags) == 0 {
		return nil
	}
	return []types.TagSpecification{{ResourceType: of, Tags: tagList(tags)}}
}

// tagList is sorted, because EC2 requires an identical request for the same client token.
func tagList(tags map[string]string) []types.Tag {
	var out []types.Tag
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		out = append(out, types.Tag{Key: aws.String(key), Value: aws.String(tags[key])})
	}
	return out
}

func tagMap(tags []types.Tag) map[string]string {
	if len(tags) == 0 {
		return nil
	}
	out := make(map[string]string, len(tags))
	for _, t := range tags {
		out[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return out
}
