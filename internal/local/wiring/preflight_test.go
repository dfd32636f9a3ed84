package wiring_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// place is an account with everything that a preflight can try powers on.
type place struct {
	*account.Account
	targets preflight.Targets
}

// Read gives the targets, and one check of the account's.
func (p place) Read(context.Context, []string) (preflight.Targets, []preflight.Check, error) {
	return p.targets, []preflight.Check{{ID: "sample", Part: preflight.Detection, State: preflight.Green}}, nil
}

func newPlace(t *testing.T) place {
	t.Helper()
	a := account.New(account.Options{})
	a.AddDefined(ledger.TableDefinition("ledger"))
	vpc := a.AddVPC(account.VPC{})
	subnet := a.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.1.0/24"})
	id := a.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: "10.0.1.10"}}, Volumes: []account.Volume{{GiB: 8}}})
	a.AddGroup(account.ScalingGroup{Name: "web", Instances: []string{id}})
	a.AddRole(account.Role{Name: "web"})
	a.AddAccessKey("alice")
	cloud, r := ec2.New(a.EC2()), quarantine.Resource{Kind: quarantine.KindInstance, AccountID: a.ID(), Region: a.Region(), ID: id}
	acls, err := cloud.NetworkACLs(t.Context(), r, vpc)
	if err != nil {
		t.Fatal(err)
	}
	interfaces, err := cloud.NetworkInterfaces(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	taken, err := cloud.CreateSnapshots(t.Context(), r, "evidence", map[string]string{quarantine.TagProduct: quarantine.Product})
	if err != nil {
		t.Fatal(err)
	}
	return place{a, preflight.Targets{
		VPC: vpc, Subnet: subnet, Association: acls[0].Associations[0].ID, NetworkACL: acls[0].ID, Instance: id,
		Interface: interfaces[0].ID, SecurityGroup: interfaces[0].SecurityGroups[0], Volume: taken[0].VolumeID, Snapshot: taken[0].ID,
		Role: "web", User: "alice", Group: "web",
	}}
}

// run runs a preflight, and gives its report and the names of the states that it went through.
func (p place) run(t *testing.T, alter ...func(*wiring.System)) (report preflight.Report, states []string) {
	t.Helper()
	made := len(p.Calls())
	machines, err := wiring.New(
		wiring.Clients{
			EC2: p.EC2(), AutoScaling: p.AutoScaling(), ELBv2: p.ELBv2(), ELB: p.ELB(), DynamoDB: p.DynamoDB(), STS: p.STS(), IAM: p.IAM(), Simulation: p.IAM(),
		},
		wiring.Options{
			AccountID: p.ID(), Region: p.Region(), Table: "ledger", Policy: triage.DefaultPolicy(), Clock: runner.WallClock(),
			Log: slog.New(slog.DiscardHandler), Account: p, Principal: "arn:aws:iam::" + p.ID() + ":role/oncall",
		})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range alter {
		f(machines)
	}
	running, err := machines.Start(t.Context(), wiring.Preflight, "preflight-1", []byte(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := machines.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if running.Result.Status != history.StatusSucceeded {
		t.Fatalf("it ended %s: %s", running.Result.Status, running.Result.Cause)
	}
	if err := json.Unmarshal(running.Result.Output, &report); err != nil {
		t.Fatal(err)
	}
	for _, c := range p.Calls()[made:] {
		if c.Mutating && c.Applied {
			t.Errorf("%s %s was carried out", c.Service, c.Operation)
		}
	}
	return report, running.Result.Path
}

func (p place) denied(action string) (allow func()) {
	service, operation, _ := strings.Cut(action, ":")
	return p.Inject(account.Fault{Service: service, Operation: operation, Kind: account.Deny})
}

func only(t *testing.T, report preflight.Report, s preflight.State) (subjects []string) {
	t.Helper()
	for _, c := range report.Checks {
		if c.State == s {
			subjects = append(subjects, c.Subject)
		}
	}
	return subjects
}

func TestAPreflightOfAnAccountThatAllowsEverythingIsGreen(t *testing.T) {
	t.Parallel()
	report, states := newPlace(t).run(t)
	powers, subjects := 0, map[string]bool{}
	for _, c := range report.Checks {
		if c.State != preflight.Green {
			t.Errorf("%s of %s is %s: %s", c.ID, c.Subject, c.State, c.Found)
		}
		if c.ID == preflight.Power {
			powers++
		}
		if subjects[c.ID+c.Subject] {
			t.Errorf("%s of %s is there twice", c.ID, c.Subject)
		}
		subjects[c.ID+c.Subject] = true
	}
	for _, want := range []string{
		"isolate ec2:ReplaceNetworkAclAssociation", "isolate ec2:CreateNetworkAcl", "isolate ec2:CreateTags", "release ec2:DeleteNetworkAcl", "forensics ec2:LockSnapshot",
		"measures-network ec2:ModifyNetworkInterfaceAttribute", "measures-instance ec2:ModifyInstanceAttribute", "measures-scaling autoscaling:EnterStandby",
		"measures-identity iam:PutRolePolicy", "isolate dynamodb:UpdateItem",
	} {
		if !subjects[preflight.Power+want] {
			t.Errorf("nothing is said of %s", want)
		}
	}
	if powers < 100 || report.State != preflight.Green || !slices.Contains(states, "Ready") {
		t.Errorf("%d powers, %s, by %q", powers, report.State, states)
	}
}

// What a function documents is on the report, once, and nothing else is.
func TestThePowersOfAReportAreThoseThatFunctionsDocument(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../functions/preflight/actions.json")
	if err != nil {
		t.Fatal(err)
	}
	var documented map[string][]string
	if err := json.Unmarshal(text, &documented); err != nil {
		t.Fatal(err)
	}
	report, _ := newPlace(t).run(t)
	reported := map[string]bool{}
	for _, c := range report.Checks {
		function, action, _ := strings.Cut(c.Subject, " ")
		if c.ID == preflight.Power {
			reported[c.Subject] = true
			if !slices.Contains(documented[function], action) {
				t.Errorf("%s does not document %s", function, action)
			}
		}
	}
	delete(documented, "approval-page") // not deployed
	for function, actions := range documented {
		for _, action := range actions {
			// Its start shows whether a function reads its secrets; here no news goes to a topic, and nobody asks.
			elsewhere := strings.HasPrefix(action, "ssm:") || strings.HasPrefix(action, "sns:") || action == "states:SendTaskSuccess"
			if !elsewhere && !reported[preflight.PowerOf(function, action)] {
				t.Errorf("nothing is said of %s of %s", action, function)
			}
		}
	}
}

// Each of these is a role that lacks one action.
func TestAPowerThatIsMissingIsRedAndNoOther(t *testing.T) {
	t.Parallel()
	for action, want := range map[string][]string{
		"ec2:ReplaceNetworkAclAssociation":    {"isolate", "release"},
		"ec2:CreateNetworkAcl":                {"isolate"},
		"ec2:CreateSnapshots":                 {"forensics"},
		"ec2:LockSnapshot":                    {"forensics"},
		"ec2:ModifyNetworkInterfaceAttribute": {"measures-network"},
		"ec2:ModifyInstanceMetadataOptions":   {"measures-instance"},
		"autoscaling:EnterStandby":            {"measures-scaling"},
		"iam:PutRolePolicy":                   {"measures-identity"},
		"dynamodb:DeleteItem":                 {"release", "approval"},
	} {
		p := newPlace(t)
		p.denied(action)
		report, states := p.run(t)
		var reds []string
		for _, function := range want {
			reds = append(reds, preflight.PowerOf(function, action))
		}
		got := only(t, report, preflight.Red)
		slices.Sort(got)
		slices.Sort(reds)
		if !slices.Equal(got, reds) || report.State != preflight.Red || !slices.Contains(states, "NotReady") {
			t.Errorf("without %s red is %q (%s), want %q", action, got, report.State, reds)
		}
		for _, c := range report.Checks {
			if c.State == preflight.Red && !strings.Contains(c.Remedy, action) {
				t.Errorf("the remedy of %s is %q", c.Subject, c.Remedy)
			}
		}
	}
}

func TestWithoutAnInstanceThePowersOverOneAreNotKnown(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.targets = preflight.Targets{VPC: p.targets.VPC}
	report, _ := p.run(t)
	unknown := only(t, report, preflight.Unknown)
	for _, want := range []string{"forensics ec2:CreateSnapshots", "measures-instance ec2:ModifyInstanceAttribute", "isolate ec2:ReplaceNetworkAclAssociation"} {
		if !slices.Contains(unknown, want) {
			t.Errorf("%s is known", want)
		}
	}
	if report.State != preflight.Unknown || slices.Contains(unknown, "isolate ec2:CreateNetworkAcl") {
		t.Errorf("%s: %q", report.State, unknown)
	}
}

// As a function's main answers everything where it cannot be built: with a policy that does not parse.
func TestAFunctionThatDoesNotStartIsRedAndTheOthersAreAsked(t *testing.T) {
	t.Parallel()
	report, states := newPlace(t).run(t, func(s *wiring.System) {
		for function, f := range s.Functions {
			if f.Name == "isolate" {
				f.Invoke = func(context.Context, []byte) ([]byte, error) {
					return nil, &boundary.Error{Type: quarantine.BadPolicy, Message: "line 3: no such action"}
				}
				s.Functions[function] = f
			}
		}
	})
	if got := only(t, report, preflight.Red); !slices.Equal(got, []string{"isolate"}) || !slices.Contains(states, "IsolateUnanswered") {
		t.Errorf("red is %q, by %q", got, states)
	}
	for _, c := range report.Checks {
		if c.Subject == "isolate" && c.Found != "BadPolicy: line 3: no such action" {
			t.Errorf("it says %q", c.Found)
		}
		if c.State != preflight.Red && c.State != preflight.Green {
			t.Errorf("%s is %s", c.Subject, c.State)
		}
	}
}

// Without the group identity, as in a deployment without its function.
func TestWhatIsNotDeployedIsNotAsked(t *testing.T) {
	t.Parallel()
	report, states := newPlace(t).run(t)
	if !slices.Contains(states, "NoApprovalPage") {
		t.Errorf("a page was asked that is not there: %q", states)
	}
	for _, c := range report.Checks {
		if strings.HasPrefix(c.Subject, "approval-page") {
			t.Errorf("%s is on the report", c.Subject)
		}
	}
}

func TestAnAccountThatCannotBeReadIsRedAndTheFunctionsAreAskedAllTheSame(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	report, states := p.run(t, func(s *wiring.System) {
		for function, f := range s.Functions {
			if own := f.Invoke; f.Name == "preflight" {
				f.Invoke = func(ctx context.Context, payload []byte) ([]byte, error) {
					if strings.Contains(string(payload), `"action":"read"`) {
						return nil, &boundary.Error{Type: quarantine.AccessDenied, Message: "GuardDuty denied it"}
					}
					return own(ctx, payload)
				}
				s.Functions[function] = f
			}
		}
	})
	if got := only(t, report, preflight.Red); !slices.Equal(got, []string{"preflight"}) || !slices.Contains(states, "AccountUnread") || !slices.Contains(states, "CheckWatch") {
		t.Errorf("red is %q, by %q", got, states)
	}
}

// Every action in turn: a call that is made of several is green where each of them is allowed alone.
func TestNoPowerIsGreenWhoseActionIsDeniedAndNoneRedWhoseCallIsThrottled(t *testing.T) {
	t.Parallel()
	report, _ := newPlace(t).run(t)
	actions := map[string]bool{}
	for _, c := range report.Checks {
		if _, action, is := strings.Cut(c.Subject, " "); is && c.ID == preflight.Power {
			actions[action] = true
		}
	}
	if len(actions) < 50 {
		t.Fatalf("there are %d actions", len(actions))
	}
	for action := range actions {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t)
			allow := p.denied(action)
			report, _ := p.run(t)
			for _, c := range report.Checks {
				_, of, _ := strings.Cut(c.Subject, " ")
				// The account in memory denies by the operation: tags that things are made with are no other call.
				made := of == "ec2:CreateTags" && strings.Contains(c.Found, "allowed it with")
				if c.ID == preflight.Power && of == action && c.State == preflight.Green && !made {
					t.Errorf("%s is green: %s", c.Subject, c.Found)
				}
			}
			allow()
			service, operation, _ := strings.Cut(action, ":")
			p.Inject(account.Fault{Service: service, Operation: operation, Kind: account.Throttle})
			report, _ = p.run(t)
			if reds := only(t, report, preflight.Red); len(reds) > 0 {
				t.Errorf("throttled, and red is %q", reds)
			}
		})
	}
}
