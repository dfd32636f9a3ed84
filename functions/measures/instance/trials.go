package instance

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
)

// Trials are the group's calls, for a preflight.
func Trials(instances *ec2.Client, t preflight.Targets) []preflight.Trial {
	r := t.Resource()
	on := []preflight.Thing{{What: "an instance", ID: t.Instance}}
	return []preflight.Trial{
		preflight.DescribesInstance(instances, t),
		{Action: "ec2:DescribeInstanceAttribute", On: on, Call: func(ctx context.Context) error {
			_, err := instances.Protection(ctx, r)
			return err
		}},
		{Action: "ec2:ModifyInstanceAttribute", On: on, Call: func(ctx context.Context) error { return instances.SetTermination(ctx, r, true) }},
		{Action: "ec2:ModifyInstanceMetadataOptions", On: on, Call: func(ctx context.Context) error {
			return instances.SetMetadataEndpoint(ctx, r, "disabled")
		}},
	}
}
