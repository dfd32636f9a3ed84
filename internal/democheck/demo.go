package democheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// TagDemo marks the demo's instance; its value is "true".
const TagDemo = "quarantine:demo"

// tagStack is a tag that only CloudFormation can set: tags that begin with aws:
// are reserved.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
const tagStack = "aws:cloudformation:stack-name"

// Demo is the demo's workload, from the outputs of its stack.
type Demo struct {
	Stack    string              `json:"stack"`
	Resource quarantine.Resource `json:"resource"`
	VPCID    string              `json:"vpcId"`
	SubnetID string              `json:"subnetId"`
	URL      string              `json:"url"` // URL of the demo's page
}

// NotDemoError means that a stack or an instance is not the demo's, so that nothing
// may be tried on it.
type NotDemoError struct {
	Stack string
	Why   []string // all reasons
}

// Error includes what to do.
func (e *NotDemoError) Error() string {
	return fmt.Sprintf("%s is not the demo: %s. Nothing was done; deploy infra/demo.yaml, and give the name of its stack with --demo", e.Stack, strings.Join(e.Why, "; "))
}

// FromOutputs makes the Demo from the outputs of its stack in an account and region.
// Errors: *NotDemoError, which names every missing output.
func FromOutputs(stack, account, region string, outputs map[string]string) (Demo, error) {
	var missing []string
	need := func(name string) string {
		if outputs[name] == "" {
			missing = append(missing, "it has no output "+name)
		}
		return outputs[name]
	}
	d := Demo{
		Stack:    stack,
		Resource: quarantine.Resource{AccountID: account, Region: region, Kind: quarantine.KindInstance, ID: need("InstanceId")},
		VPCID:    need("VpcId"),
		SubnetID: need("SubnetId"),
		URL:      need("WebUrl"),
	}
	if len(missing) > 0 {
		return Demo{}, &NotDemoError{Stack: stack, Why: missing}
	}
	return d, nil
}

// Check refuses an instance that is not the demo's, because isolation cuts off the
// instance's whole subnet. It relies on what EC2 says, not on the outputs, which
// anybody can write. Errors: *NotDemoError.
func (d Demo) Check(i quarantine.Instance) error {
	var why []string
	if i.Tags[TagDemo] != "true" {
		why = append(why, fmt.Sprintf("instance %s has no tag %s=true", i.ID, TagDemo))
	}
	if i.Tags[tagStack] != d.Stack {
		why = append(why, fmt.Sprintf("instance %s does not belong to the stack (its tag %s is %q)", i.ID, tagStack, i.Tags[tagStack]))
	}
	if !slices.Equal(i.Subnets(), []string{d.SubnetID}) || !slices.Equal(i.VPCs(), []string{d.VPCID}) {
		why = append(why, fmt.Sprintf("instance %s has interfaces in %s, and the demo is in %s alone", i.ID, strings.Join(i.Subnets(), ", "), d.SubnetID))
	}
	if len(why) > 0 {
		return &NotDemoError{Stack: d.Stack, Why: why}
	}
	return nil
}
