package ec2

import (
	"context"

	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// TerminationAPI has the operation that ends instances.
type TerminationAPI interface {
	TerminateInstances(context.Context, *awsec2.TerminateInstancesInput, ...func(*awsec2.Options)) (*awsec2.TerminateInstancesOutput, error)
}

// Terminate ends an instance for good. EC2 accepts that, and carries it out in some minutes.
// No function may do it: it is a person's, with a person's credentials.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
func (c *Client) Terminate(ctx context.Context, r quarantine.Resource) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.TerminateInstances(ctx, &awsec2.TerminateInstancesInput{DryRun: dry(ctx), InstanceIds: []string{r.ID}})
	return failure("TerminateInstances", err)
}
