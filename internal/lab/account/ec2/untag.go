package ec2

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var deleteTags = call.Operation{
	Name: "DeleteTags", Mutating: true,
	Needs: []string{"Resources"}, Reads: []string{"Tags"},
}

// DeleteTags follows https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
//
// A tag is deleted if its key is given without a value or with the tag's value; a request without
// tags deletes all. A missing tag is no error.
func (c *Client) DeleteTags(ctx context.Context, in *ec2.DeleteTagsInput, _ ...func(*ec2.Options)) (*ec2.DeleteTagsOutput, error) {
	r := c.resources
	return call.Invoke(ctx, r.service, deleteTags, in, func(in *ec2.DeleteTagsInput) (*ec2.DeleteTagsOutput, error) {
		var places []*[]types.Tag
		for _, id := range in.Resources {
			place, err := r.tagsOf(id)
			if err != nil {
				return nil, err
			}
			places = append(places, place)
		}
		for _, place := range places {
			*place = slices.DeleteFunc(slices.Clone(*place), func(t types.Tag) bool { return isDeleted(t, in.Tags) })
		}
		return &ec2.DeleteTagsOutput{}, nil
	})
}

func isDeleted(t types.Tag, by []types.Tag) bool {
	return len(by) == 0 || slices.ContainsFunc(by, func(d types.Tag) bool {
		return aws.ToString(d.Key) == aws.ToString(t.Key) && (d.Value == nil || *d.Value == aws.ToString(t.Value))
	})
}
