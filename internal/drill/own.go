package drill

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// NotOwnError means that a stack or an instance is not the drill's own, so that nothing may be
// tried on it, and nothing removed.
type NotOwnError struct {
	Stack string
	Why   []string // all reasons
}

// Error includes what to do.
func (e *NotOwnError) Error() string {
	return fmt.Sprintf("the stack %s is none that a drill has made: %s. Nothing was done to it: a drill touches the instance of its own stack alone. Rename or delete that stack by hand, if it may go",
		e.Stack, strings.Join(e.Why, "; "))
}

// instanceID is the template's name for the instance.
const instanceID = "Instance"

// own are the resources of the drill's stack, by what CloudFormation has of it, which nobody
// else can write. Errors: *NotOwnError where it has anything that the template does not make;
// those of Stacks.
func (d *Drill) own(ctx context.Context, s cloudformation.Stack) (instance string, err error) {
	made, err := d.made()
	if err != nil {
		return "", err
	}
	all, err := d.Stacks.Resources(ctx, s.ID)
	if err != nil {
		return "", err
	}
	var why []string
	for _, r := range all {
		if kind, known := made[r.LogicalID]; !known || kind != r.Type {
			why = append(why, fmt.Sprintf("it has %s (%s), which infra/demo.yaml does not make", r.LogicalID, r.Type))
		}
		if r.LogicalID == instanceID {
			instance = r.PhysicalID
		}
	}
	if named := s.Outputs["InstanceId"]; named != "" && named != instance {
		why = append(why, fmt.Sprintf("its output InstanceId is %s, and its instance is %q", named, instance))
	}
	if len(why) > 0 {
		return "", &NotOwnError{Stack: s.Name, Why: why}
	}
	return instance, nil
}

// made are the types of the template's resources, by their names there.
func (d *Drill) made() (map[string]string, error) {
	var t struct {
		Resources map[string]struct {
			Type string `yaml:"Type"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal([]byte(d.Template), &t); err != nil {
		return nil, fmt.Errorf("infra/demo.yaml cannot be read: %w", err)
	}
	out := map[string]string{}
	for name, r := range t.Resources {
		out[name] = r.Type
	}
	return out, nil
}

// tagStackID is a tag that only CloudFormation can set; see [democheck.Demo.Check].
const tagStackID = "aws:cloudformation:stack-id"

// Demo is what the drill's stack made. Errors: *NotOwnError; *democheck.NotDemoError.
func (d *Drill) Demo(ctx context.Context, s cloudformation.Stack) (democheck.Demo, error) {
	instance, err := d.own(ctx, s)
	if err != nil {
		return democheck.Demo{}, err
	}
	demo, err := democheck.FromOutputs(s.Name, d.Account, d.Region, s.Outputs)
	if err == nil && instance == "" {
		err = &NotOwnError{Stack: s.Name, Why: []string{"it has no instance"}}
	}
	return demo, err
}

// Check refuses an instance that is not the stack's own, by what EC2 says of it. Errors:
// *NotOwnError; *democheck.NotDemoError.
func Check(demo democheck.Demo, s cloudformation.Stack, i quarantine.Instance) error {
	if err := demo.Check(i); err != nil {
		return err
	}
	if got := i.Tags[tagStackID]; got != s.ID {
		return &NotOwnError{Stack: s.Name, Why: []string{fmt.Sprintf("instance %s is of the stack %q, and not of %s", i.ID, got, s.ID)}}
	}
	return nil
}

// ofInstance are the incidents of the drill's instance, the oldest first.
func (d *Drill) ofInstance(ctx context.Context, r quarantine.Resource) ([]quarantine.Incident, error) {
	all, err := d.Ledger.AllIncidents(ctx)
	return slices.DeleteFunc(all, func(in quarantine.Incident) bool { return in.Resource != r }), err
}

func (d *Drill) resource(instance string) quarantine.Resource {
	return quarantine.Resource{Kind: quarantine.KindInstance, AccountID: d.Account, Region: d.Region, ID: instance}
}
