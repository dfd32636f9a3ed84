package plan

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/protection"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// world is an account with one instance, and what a plan about it is read with.
func world(action quarantine.Action) (Reader, Plan, quarantine.Resource) {
	a := account.New(account.Options{})
	subnet := a.AddSubnet(account.Subnet{VPC: a.AddVPC(account.VPC{}), CIDR: "10.0.1.0/24"})
	host := a.AddInstance(account.Instance{Tags: map[string]string{"Name": "web"}, Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: "10.0.1.10"}}})
	fleet := ec2.New(a.EC2())
	from := Reader{
		Fleet: fleet, Groups: autoscaling.New(a.AutoScaling()), Measures: []measure.Measure{protection.Measure{Instances: fleet}}, Wanted: []string{"protection"},
		Contained: func(context.Context, quarantine.Resource) (*Contained, error) { return nil, nil },
		HasTable:  func(context.Context) (bool, error) { return true, nil },
	}
	p := Plan{Account: a.ID(), Region: a.Region(), Identity: "kim", Table: "ledger", Verdict: quarantine.Verdict{Action: action, Score: 90}}
	return from, p, quarantine.Resource{Kind: quarantine.KindInstance, AccountID: a.ID(), Region: a.Region(), ID: host}
}

// printed is what a person reads of a plan, in one line.
func printed(p Plan, columns int) string {
	var out bytes.Buffer
	p.Print(&out, terminal.NewStyle(terminal.Sized(&out, columns)), "a finding")
	return out.String()
}

func TestAPlanSaysWhatWouldBeTouchedAndCalled(t *testing.T) {
	t.Parallel()
	from, p, r := world(quarantine.ActionIsolate)
	p, err := from.Read(t.Context(), p, []quarantine.Resource{r})
	if err != nil || len(p.Resources) != 1 {
		t.Fatalf("%+v: %v", p, err)
	}
	got := p.Resources[0]
	if got.By != "network-acl" || got.Described == nil || got.Described.Name != "web" || got.Neighbours.Wants != "" || len(got.Changes) != 2 {
		t.Errorf("%+v", got)
	}
	for i, want := range []struct{ name, call string }{{"network-acl", "ec2:ReplaceNetworkAclAssociation"}, {"protection", "ec2:ModifyInstanceAttribute"}} {
		c := got.Changes[i]
		if c.Measure != want.name || len(c.Text) == 0 || !slices.Contains(c.Calls, want.call) || slices.Contains(c.Calls, "ec2:DescribeNetworkAcls") {
			t.Errorf("%+v, want %s with %s", c, want.name, want.call)
		}
	}
	for _, columns := range []int{40, 80, 140} {
		text := strings.Join(strings.Fields(printed(p, columns)), " ")
		for _, want := range []string{"isolate, score 90", r.ID + " (web), running, is cut off with every host of its subnets:", "beside the instance it hits: nothing else", "protection: it ", "DynamoDB table ledger is there"} {
			if !strings.Contains(text, want) {
				t.Errorf("at %d there is no %q in %s", columns, want, text)
			}
		}
	}
}

// A program that goes through the lists need not expect null.
func TestAPlanForProgramsHasListsWhereThereIsNothing(t *testing.T) {
	t.Parallel()
	from, p, r := world(quarantine.ActionNotify)
	p, err := from.Read(t.Context(), p, []quarantine.Resource{r})
	text, _ := json.Marshal(p)
	if err != nil || !strings.Contains(string(text), `"resources":[]`) {
		t.Errorf("%s: %v", text, err)
	}
	if !strings.Contains(printed(p, 80), "Nothing is cut: the verdict is notify.") {
		t.Error(printed(p, 80))
	}
}

// What the ledger has is said as that: nothing was read back, and the finding joins and has it looked at.
func TestOfAnInstanceThatIsContainedOnRecordThePlanIsToLook(t *testing.T) {
	t.Parallel()
	from, p, r := world(quarantine.ActionIsolate)
	from.Contained = func(context.Context, quarantine.Resource) (*Contained, error) {
		return &Contained{Incident: "inc-1", Since: noon, Open: true, Pending: true, Next: []string{"quarantine show inc-1"}}, nil
	}
	p, err := from.Read(t.Context(), p, []quarantine.Resource{r})
	if err != nil || p.Resources[0].Contained == nil || len(p.Resources[0].Changes) > 0 {
		t.Fatalf("%+v: %v", p, err)
	}
	text := printed(p, 80)
	for _, want := range []string{r.ID + " is contained, as inc-1 has on record since 2026-03-04", "nobody has read that", "is looked at", "IS OPEN", "evidence is pending", "\n    quarantine show inc-1\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in:\n%s", want, text)
		}
	}
	from.HasTable = func(context.Context) (bool, error) { return false, nil } // nothing is on record then
	if p, err = from.Read(t.Context(), p, []quarantine.Resource{r}); err != nil || p.Resources[0].Contained != nil || !p.TableMade {
		t.Errorf("%+v: %v", p, err)
	}
}

func TestAPlanForAnotherAccountIsRefused(t *testing.T) {
	t.Parallel()
	from, p, r := world(quarantine.ActionIsolate)
	r.AccountID = "999988887777"
	_, err := from.Read(t.Context(), p, []quarantine.Resource{r})
	if refused, is := errors.AsType[*Refusal](err); !is || !strings.Contains(refused.Why, "is in account 999988887777") {
		t.Errorf("got %v", err)
	}
}

// The error says why there is none: a heading with nothing below it looks like a plan that failed.
func TestARefusedPlanHasNoHeading(t *testing.T) {
	t.Parallel()
	_, p, _ := world(quarantine.ActionIsolate)
	p.Refused = "i-1 is in another account"
	if text := printed(p, 80); !strings.Contains(text, "Verdict") || strings.Contains(text, "Plan") {
		t.Error(text)
	}
}

// A second ledger would record the first one's quarantine as what stood there before.
func TestAPlanLooksForCutsOfAnotherLedger(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	vpc := a.AddVPC(account.VPC{})
	subnet := a.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.1.0/24"})
	host := a.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: "10.0.1.10"}}})
	r := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: a.ID(), Region: a.Region(), ID: host}
	acl := a.AddACL(account.ACL{VPC: vpc, Tags: map[string]string{quarantine.TagProduct: quarantine.Product, quarantine.TagLedger: "guard-Ledger"}})
	from, p, _ := world(quarantine.ActionIsolate)
	from.Fleet, from.Groups, from.Wanted = ec2.New(a.EC2()), autoscaling.New(a.AutoScaling()), nil
	says := register.OtherCut{SubnetID: subnet, ACL: acl, Ledger: "guard-Ledger"}.String()
	read := func(table string, refuses bool) (Plan, error) {
		p.Table = table
		from.OtherLedger = func(o register.OtherCut) error {
			if refuses {
				return refusal("%s", o)
			}
			return nil
		}
		return from.Read(t.Context(), p, []quarantine.Resource{r})
	}
	if _, err := read("quarantine-ledger", true); err != nil {
		t.Errorf("an ACL under which it is not: %v", err)
	}
	a.SwapACL(subnet, acl)
	if _, err := read("guard-Ledger", true); err != nil {
		t.Errorf("this ledger's own: %v", err)
	}
	if refused, is := errors.AsType[*Refusal](func() error { _, err := read("quarantine-ledger", true); return err }()); !is || refused.Why != says {
		t.Errorf("another ledger's: %v", refused)
	}
	if got, err := read("quarantine-ledger", false); err != nil || !slices.Contains(got.Resources[0].Warnings, says) {
		t.Errorf("where that is meant: %+v, %v", got.Resources, err)
	}
}

// What a person has cut off by hand would go on record as what stood there before.
func TestAPlanSaysThatASubnetIsCutOffByHand(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	vpc := a.AddVPC(account.VPC{})
	subnet := a.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.1.0/24"})
	host := a.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: "10.0.1.10"}}})
	from, p, _ := world(quarantine.ActionIsolate)
	from.Fleet, from.Groups, from.Wanted = ec2.New(a.EC2()), autoscaling.New(a.AutoScaling()), nil
	planned := func() string {
		got, err := from.Read(t.Context(), p, []quarantine.Resource{{Kind: quarantine.KindInstance, AccountID: a.ID(), Region: a.Region(), ID: host}})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(strings.Fields(printed(got, 80)), " ")
	}
	if text := planned(); strings.Contains(text, "lets nothing pass") {
		t.Errorf("the VPC's own lets all pass: %s", text)
	}
	acl := a.AddACL(account.ACL{VPC: vpc})
	a.SwapACL(subnet, acl)
	if text := planned(); !strings.Contains(text, acl+" lets nothing pass: the subnet is cut off now, by hand for example, and a release would leave it so.") {
		t.Error(text)
	}
}

// Each instance of an attack sequence is judged again by the execution for it.
func TestAPlanHasTheOwnVerdictOfEachOfSeveral(t *testing.T) {
	t.Parallel()
	from, p, r := world(quarantine.ActionIsolate)
	asked, told := r, r
	told.ID = "i-0aaaaaaaaaaaaaaaa"
	from.Verdict = func(one quarantine.Resource) quarantine.Verdict {
		return quarantine.Verdict{Action: map[string]quarantine.Action{told.ID: quarantine.ActionNotify, asked.ID: quarantine.ActionApprove}[one.ID]}
	}
	p, err := from.Read(t.Context(), p, []quarantine.Resource{asked, told})
	if err != nil || len(p.Resources) != 2 || len(p.Asked()) != 1 || p.Unasked() || len(p.Resources[1].Changes) > 0 {
		t.Fatalf("%+v: %v", p, err)
	}
	text := strings.Join(strings.Fields(printed(p, 80)), " ")
	for _, want := range []string{"The policy asks a person before " + asked.ID + " is cut", told.ID + " is not cut: its own verdict is notify."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in: %s", want, text)
		}
	}
	from.Verdict = nil // one for all
	if p, err = from.Read(t.Context(), p, []quarantine.Resource{asked}); err != nil || len(p.Asked()) > 0 || !p.Unasked() || p.Resources[0].Verdict != nil {
		t.Errorf("%+v: %v", p, err)
	}
}

// The person who confirms is the one whom the brake would ask, and reads what it would say.
func TestAPlanSaysWhatTheBrakeWouldAsk(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limits quarantine.Limits
		others []string
		err    error
		change func(*account.Account, string)
		// forwards says that the instance's source/destination check is off.
		forwards bool
		want     string
	}{
		"nothing": {limits: quarantine.Limits{AccountPerHour: 5, VPCPerHour: 5, VPCSubnetsPercent: 50, AskForwarding: true, AskStopped: true}},
		"an hour's limit": {limits: quarantine.Limits{AccountPerHour: 2}, want: "isolations of account 1 in the hour from 12:00 UTC: 2, and the policy's limits.isolationsPerHour.account is 2",
			err: &quarantine.LimitReached{Of: "account 1", Setting: "limits.isolationsPerHour.account", Counted: 2, Most: 2, Hour: noon}},
		"the share of a VPC": {limits: quarantine.Limits{VPCSubnetsPercent: 50}, others: []string{"B"}, want: "the policy's limits.vpcSubnetsPercent is 50"},
		"what is not known":  {limits: quarantine.Limits{AccountPerHour: 2}, err: errors.New("no answer"), want: "whether a limit of the brake is reached is not known: no answer"},
		"a stopped instance": {limits: quarantine.Limits{AskStopped: true}, change: func(a *account.Account, id string) { a.Stop(id) },
			want: "the policy asks first before a stopped instance is cut"},
		"one that forwards": {limits: quarantine.Limits{AskForwarding: true}, forwards: true,
			want: "the policy asks first before an instance is cut that passes on traffic of others"},
	} {
		a := account.New(account.Options{})
		vpc := a.AddVPC(account.VPC{})
		subnet := a.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.1.0/24"})
		other := a.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.2.0/24"})
		host := a.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: "10.0.1.10", Forwards: c.forwards}}})
		if c.change != nil {
			c.change(a, host)
		}
		from, p, _ := world(quarantine.ActionIsolate)
		from.Fleet, from.Groups, from.Wanted, from.Limits = ec2.New(a.EC2()), autoscaling.New(a.AutoScaling()), nil, c.limits
		from.Counted = func(context.Context, quarantine.Isolation) ([]string, error) {
			if c.others != nil {
				return []string{other}, c.err
			}
			return nil, c.err
		}
		got, err := from.Read(t.Context(), p, []quarantine.Resource{{Kind: quarantine.KindInstance, AccountID: a.ID(), Region: a.Region(), ID: host}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		brake := strings.Join(got.Resources[0].Brake, "; ")
		if (c.want == "") != (brake == "") || !strings.Contains(brake, c.want) {
			t.Errorf("%s: the brake would say %q, want %q", name, brake, c.want)
		}
		if text := strings.Join(strings.Fields(printed(got, 120)), " "); c.want != "" && !strings.Contains(text, "a deployed stack would ask a person first: "+brake) {
			t.Errorf("%s is not printed: %s", name, text)
		}
	}
}
