package invariants_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// The demo's neighbour, and the role of a host that no finding accuses.
const (
	neighbour = "i-0decaf0a123456789"
	stranger  = "admin"
)

// narrowed is a run of the demo with every measure, in which a person gives back the subnet and
// leaves the question that follows unanswered: the incident stays open, and holds everything else.
func narrowed(t *testing.T) (*simulate.Report, invariants.World) {
	t.Helper()
	events, err := simulate.Demo()
	if err != nil {
		t.Fatal(err)
	}
	policy, err := triage.ParsePolicy([]byte("version: 1\nmeasures: {metadata: on}\n"))
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	r, err := simulate.Run(t.Context(), simulate.Options{
		Events: events[:1], Account: simulate.DemoAccount, Policy: policy, Machine: wiring.Approval,
		Start: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC), Record: true,
		Prepare: func(a *account.Account) {
			a.AddRole(account.Role{Name: "web"})
			a.SetPolicy("web", "own", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`)
			a.AddRole(account.Role{Name: stranger})
			a.SetProfile(instance, a.ProfileARN("web"))
			a.SetProfile(neighbour, a.ProfileARN("web"))
			a.AddGroup(account.ScalingGroup{Name: "web", Instances: []string{instance, neighbour}})
		},
		Person: func(ctx context.Context, q simulate.Asked) {
			if asked++; asked > 1 || q.Clock.Sleep(q.As(ctx), 20*time.Minute) != nil {
				return
			}
			if _, err := q.Decider.Decide(q.As(ctx), q.Request, quarantine.Decision{Narrow: true, By: "kim", Via: "link"}); err != nil {
				t.Error(err)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r, invariants.World{Accused: map[string][]string{instance: {subnet}}, Answer: invariants.Mixed, Watched: true}
}

func TestACorrectRunOfEveryMeasureViolatesNoInvariant(t *testing.T) {
	t.Parallel()
	r, w := narrowed(t)
	for _, v := range invariants.Check(r, w) {
		t.Error(v)
	}
	n := operations(r)
	if n["PutRolePolicy"] != 1 || n["EnterStandby"] != 1 || n["ModifyInstanceMetadataOptions"] != 1 || n["ReplaceNetworkAclAssociation"] != 2 {
		t.Fatalf("the run lacks a measure, or the subnet was not given back: %v", n)
	}
	if end := r.Executions[0].Path; end[len(end)-1] != state.KeptInSilence {
		t.Errorf("nobody was asked again: %v", end)
	}
}

// role is the accused instance's, by its name and id.
func role(r *simulate.Report) map[string]string {
	for name, policies := range r.Account.Roles.Policies {
		if strings.HasPrefix(name, "web/") {
			return policies
		}
	}
	return nil
}

// ofMeasure gives the items of a measure's holds to do.
func ofMeasure(measure string, do func(map[string]any)) func(int, *simulate.Call, map[string]any) {
	return func(_ int, _ *simulate.Call, item map[string]any) {
		if strings.HasPrefix(attribute(item, "pk"), "HOLD#"+measure+"#") {
			do(item)
		}
	}
}

// nobodyHolds takes the holders off a measure's records at the end.
func nobodyHolds(measure string) func(*simulate.Report, *invariants.World) {
	return func(r *simulate.Report, _ *invariants.World) {
		left(r, "HOLD", func(item map[string]any) {
			if strings.HasPrefix(attribute(item, "pk"), "HOLD#"+measure+"#") {
				delete(item, "holders")
			}
		})
	}
}

const denyAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`

var doctoredFurther = []struct {
	invariant, name string
	doctor          func(*simulate.Report, *invariants.World)
}{
	{"I2", "another instance stands by", func(r *simulate.Report, _ *invariants.World) {
		each(r, "EnterStandby", "", func(_ int, c *simulate.Call) {
			c.Input = &autoscaling.EnterStandbyInput{AutoScalingGroupName: aws.String("web"), InstanceIds: []string{instance, neighbour}}
		})
	}},
	{"I2", "another role is denied", func(r *simulate.Report, _ *invariants.World) {
		each(r, "PutRolePolicy", "", func(_ int, c *simulate.Call) {
			c.Input = &iam.PutRolePolicyInput{RoleName: aws.String(stranger), PolicyName: aws.String("ec2-quarantine-" + instance)}
		})
	}},
	{"I2", "the role is denied for another instance", func(r *simulate.Report, _ *invariants.World) {
		each(r, "PutRolePolicy", "", func(_ int, c *simulate.Call) {
			c.Input = &iam.PutRolePolicyInput{RoleName: aws.String("web"), PolicyName: aws.String("ec2-quarantine-" + neighbour)}
		})
	}},
	{"I2", "the role's own policy is changed", func(r *simulate.Report, _ *invariants.World) { role(r)["own"] = denyAll }},
	{"I2", "the role's own policy is deleted", func(r *simulate.Report, _ *invariants.World) { delete(role(r), "own") }},
	{"I2", "the whole role is denied, not the instance", func(r *simulate.Report, _ *invariants.World) {
		role(r)["ec2-quarantine-"+instance] = denyAll
	}},
	{"I3", "the role is denied before it is on record as held", func(r *simulate.Report, _ *invariants.World) {
		each(r, "PutRolePolicy", "", func(_ int, c *simulate.Call) { c.Effect.Order = 1 })
	}},
	{"I3", "nobody is on record as the holder of the role", func(r *simulate.Report, _ *invariants.World) {
		items(r, "HOLD", ofMeasure("role-sessions", func(item map[string]any) { delete(item, "holders") }))
	}},
	{"I3", "what the instance's state was is not on record", func(r *simulate.Report, _ *invariants.World) {
		items(r, "HOLD", ofMeasure("standby", func(item map[string]any) {
			maps.DeleteFunc(item, func(name string, _ any) bool { return strings.HasPrefix(name, "before_") })
		}))
	}},
	{"I3", "what is put in place of the endpoint is not on record", func(r *simulate.Report, _ *invariants.World) {
		items(r, "HOLD", ofMeasure("metadata", func(item map[string]any) { delete(item, "puts_endpoint") }))
	}},
	{"I8", "the Deny stays, and nobody holds the role", nobodyHolds("role-sessions")},
	{"I8", "the instance stands by, and nobody has it do so", nobodyHolds("standby")},
	{"I8", "the endpoint stays off, and nobody holds it", nobodyHolds("metadata")},
	{"I5", "the instance is in service, and on record it stands by", func(r *simulate.Report, _ *invariants.World) {
		r.Account.Attributes[instance]["state in web"] = "InService"
	}},
	{"I5", "the endpoint is on, and off on record", func(r *simulate.Report, _ *invariants.World) {
		r.Account.Attributes[instance]["endpoint"] = "enabled"
	}},
	{"I12", "the Deny of a contained instance is gone after the last look", func(r *simulate.Report, _ *invariants.World) {
		delete(role(r), "ec2-quarantine-"+instance)
	}},
	{"I10", "nobody is asked again after the subnet is given back", func(r *simulate.Report, _ *invariants.World) {
		r.Ledger = slices.DeleteFunc(r.Ledger, func(i any) bool {
			item := i.(map[string]any)
			return attribute(item, "sk") == "REQUEST" && attribute(item, "status") != "narrowed"
		})
	}},
	{"I10", "one word gives back the subnet twice", func(r *simulate.Report, _ *invariants.World) {
		again := *execution(r, "quarantine-release", state.Narrowed)
		again.Name = "again"
		r.Executions = append(r.Executions, again)
	}},
	{"I10", "a yes to a release gives back the subnet alone", func(r *simulate.Report, _ *invariants.World) {
		left(r, "REQUEST", func(item map[string]any) {
			if attribute(item, "status") == "narrowed" {
				item["status"] = text("approved")
			}
		})
	}},
	{"I1", "a refusal that has changed something", func(r *simulate.Report, _ *invariants.World) {
		e := execution(r, "quarantine-release", state.Narrowed)
		e.Path, e.Status = []string{state.Narrow, state.NotNarrowed}, history.StatusFailed
	}},
}

func TestEveryViolationOfTheMeasuresIsReportedByItsName(t *testing.T) {
	t.Parallel()
	for _, d := range doctoredFurther {
		t.Run(d.invariant+" "+d.name, func(t *testing.T) {
			t.Parallel()
			r, w := narrowed(t)
			d.doctor(r, &w)
			found := invariants.Check(r, w)
			if !slices.ContainsFunc(found, func(v invariants.Violation) bool { return v.Invariant == d.invariant }) {
				t.Errorf("not reported; found %v", found)
			}
		})
	}
}
