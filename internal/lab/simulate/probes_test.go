package simulate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/guardduty/gdtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

const (
	allowed = simulate.Allowed
	denied  = simulate.Denied
)

// phases are a probe's results: before, right after the cut, while contained, and at the end.
type phases [4]string

func wantProbes(t *testing.T, r *simulate.Report, want map[string]phases) {
	t.Helper()
	if len(r.Probes) != len(want) {
		t.Errorf("%d probes, want %d", len(r.Probes), len(want))
	}
	for _, p := range r.Probes {
		what := p.From + " → " + p.To
		if p.Open {
			what += ", opened before"
		}
		if got := (phases{p.Before, p.AfterCut, p.Contained, p.After}); got != want[what] {
			t.Errorf("%s: %v, want %v: before, %s; contained, %s; after, %s", what, got, want[what], p.ReasonBefore, p.ReasonContained, p.ReasonAfter)
		}
	}
}

// The network ACL closes what crosses the subnet's border, live connections too, and nothing inside.
// The security group without rules comes after it, and closes new connections inside: a tracked one
// goes on, and one that is not tracked ends.
func TestWhatIsClosedAndWhatIsOpenAgain(t *testing.T) {
	t.Parallel()
	crosses, inside, open := phases{allowed, denied, denied, allowed}, phases{allowed, allowed, denied, allowed}, phases{allowed, allowed, allowed, allowed}
	r := releasedDemo(t)
	wantProbes(t, r, map[string]phases{
		"internet → web page (tcp/80)":                                crosses,
		"web page → internet (tcp/443)":                               crosses,
		"web page → database, other subnet (tcp/5432)":                crosses,
		"web page → database, other subnet (tcp/5432), opened before": crosses,
		"web page → neighbour, same subnet (tcp/22)":                  inside,
		"neighbour → web page, same subnet (tcp/80)":                  inside,
		"internet → web page (tcp/80), opened before":                 crosses,
		"web page → internet (tcp/443), opened before":                crosses,
		"neighbour → web page, same subnet (tcp/80), opened before":   inside,
		"web page → neighbour, same subnet (tcp/22), opened before":   open,
		"web page → the VPC's DNS resolver (udp/53)":                  open,
	})
	for _, p := range r.Probes {
		why := map[bool]string{true: "let a tracked connection go on", false: "no rule of security group"}[p.Open]
		if strings.Contains(p.To, "(tcp/22)") && !strings.Contains(p.ReasonContained, why) {
			t.Errorf("%s → %s: %s", p.From, p.To, p.ReasonContained)
		}
	}
}

// releasedDemo runs the demo under the variant that asks a person, who releases.
func releasedDemo(t *testing.T) *simulate.Report {
	t.Helper()
	events, err := simulate.Demo()
	if err != nil {
		t.Fatal(err)
	}
	r, err := simulate.Run(t.Context(), simulate.Options{
		Events: events, Account: simulate.DemoAccount, Policy: triage.DefaultPolicy(), Start: demoStart, Machine: wiring.Approval, Person: simulate.Answer(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A connection that the network did not let open is not open later.
func TestAConnectionThatCouldNotBeOpenedStaysClosed(t *testing.T) {
	t.Parallel()
	const neighbour, group = "i-0decaf0a123456789", "sg-0c0ffee0123456789"
	shut := func(o account.Options) (*account.Account, []simulate.Question, error) {
		a, questions, err := simulate.DemoAccount(o)
		a.SetGroups(neighbour, a.AddSecurityGroup(account.SecurityGroup{VPC: "vpc-0c0ffee0123456789"}))
		var inside []simulate.Question
		for _, q := range questions {
			if strings.Contains(q.To, "same subnet") {
				inside = append(inside, q)
			}
		}
		return a, inside, err
	}
	open := func(_ context.Context, s *simulate.Session) error {
		s.Account.SetGroups(neighbour, group)
		return nil
	}
	r, err := simulate.Run(t.Context(), simulate.Options{Account: shut, Policy: triage.DefaultPolicy(), Start: start, Scenario: open})
	if err != nil {
		t.Fatal(err)
	}
	opened := phases{denied, allowed, allowed, allowed}
	wantProbes(t, r, map[string]phases{
		"web page → neighbour, same subnet (tcp/22)":                opened,
		"neighbour → web page, same subnet (tcp/80)":                opened,
		"web page → neighbour, same subnet (tcp/22), opened before": {denied, denied, denied, denied},
		"neighbour → web page, same subnet (tcp/80), opened before": {denied, denied, denied, denied},
	})
}

// inside are the results of the probes between the instance and a neighbour in its subnet.
func inside(t *testing.T, instance string, grown func(account.Options) (*account.Account, []simulate.Question, error)) map[string]phases {
	t.Helper()
	r, err := simulate.Run(t.Context(), simulate.Options{Events: []simulate.Event{miner(instance, 1)}, Account: grown, Policy: triage.DefaultPolicy(), Start: start})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]phases{}
	for _, p := range r.Probes {
		if !strings.Contains(p.To, "same subnet") {
			continue
		}
		kind := map[bool]string{true: "out", false: "in"}[p.From == instance]
		if p.Open {
			kind += ", opened before"
		}
		found[kind] = phases{p.Before, p.AfterCut, p.Contained, p.After}
	}
	return found
}

func TestEveryAccountIsProbedInsideTheSubnet(t *testing.T) {
	t.Parallel()
	const unknown = simulate.Unknown
	known, closed := phases{allowed, allowed, allowed, allowed}, phases{allowed, allowed, denied, denied}
	unasked, closedAnyhow := phases{unknown, unknown, unknown, unknown}, phases{unknown, unknown, denied, denied}
	for name, c := range map[string]struct {
		account func(account.Options) (*account.Account, []simulate.Question, error)
		want    map[string]phases
	}{
		"grown around the instance":         {simulate.GrownAccount([]simulate.Event{miner(hostA, 1)}), map[string]phases{"out": closed, "in": closed, "out, opened before": known, "in, opened before": closed}},
		"loaded, groups and routes not":     {loaded(hostA, hostA2), map[string]phases{"out": closedAnyhow, "in": closedAnyhow, "out, opened before": unasked, "in, opened before": unasked}},
		"loaded, with nobody in the subnet": {loaded(hostA), map[string]phases{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, inside(t, hostA, c.account)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// loaded is an account as the AWS command line prints it, with the hosts in subnetA.
func loaded(hosts ...string) func(account.Options) (*account.Account, []simulate.Question, error) {
	var instances []string
	for n, host := range hosts {
		instances = append(instances, fmt.Sprintf(`{"InstanceId":%q,"State":{"Code":16,"Name":"running"},"SubnetId":%[2]q,"VpcId":%[3]q,"RootDeviceName":"/dev/xvda",
			"NetworkInterfaces":[{"NetworkInterfaceId":"eni%[4]s","SubnetId":%[2]q,"VpcId":%[3]q,"PrivateIpAddress":"10.0.1.1%[5]d","Groups":[{"GroupId":"sg-0aaaaaaaaaaaaaaaa"}]}]}`,
			host, subnetA, vpc, host[1:], n))
	}
	text := fmt.Sprintf(`{"Reservations":[{"OwnerId":"111122223333","Instances":[%s]}],"Volumes":[],
		"Subnets":[{"AvailabilityZone":"eu-west-1a","CidrBlock":"10.0.1.0/24","OwnerId":"111122223333","SubnetId":%[2]q,"VpcId":%[3]q}],
		"NetworkAcls":[{"NetworkAclId":"acl-0aaaaaaaaaaaaaaaa","VpcId":%[3]q,"IsDefault":true,"OwnerId":"111122223333","Entries":[],
		"Associations":[{"NetworkAclAssociationId":"aclassoc-0aaaaaaaaaaaaaaaa","NetworkAclId":"acl-0aaaaaaaaaaaaaaaa","SubnetId":%[2]q}]}]}`,
		strings.Join(instances, ","), subnetA, vpc)
	return simulate.LoadedAccount(strings.NewReader(text), []simulate.Event{miner(hosts[0], 1)})
}

// Whatever the partition, nothing that is shown is of another one.
func TestEverythingShownIsOfTheEventsPartition(t *testing.T) {
	t.Parallel()
	for partition, region := range map[string]string{"aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1", "aws-eusc": "eusc-de-east-1", "aws-iso-b": "us-isob-east-1"} {
		body := strings.NewReplacer("us-east-1", region, "arn:aws:", "arn:"+partition+":", `"partition": "aws"`, `"partition": "`+partition+`"`).
			Replace(string(gdtest.Fixture("miner")))
		events := []simulate.Event{{Name: "miner", Body: []byte(body)}}
		r, err := simulate.Run(t.Context(), simulate.Options{Events: events, Account: simulate.GrownAccount(events), Policy: triage.DefaultPolicy(), Start: fixtureStart})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range []string{"arn:aws:", "console.aws.amazon.com"} {
			if strings.Contains(string(text), other) {
				t.Errorf("%s: the report has %s", partition, other)
			}
		}
		if !strings.Contains(string(text), "arn:"+partition+":states:"+region) {
			t.Errorf("%s: the report names no execution of it", partition)
		}
	}
}

// An instance with addresses of both versions is asked about over both.
func TestAnInstanceIsAskedAboutOverEachVersionOfIP(t *testing.T) {
	t.Parallel()
	events := []simulate.Event{{Name: "ipv6", Body: gdtest.Fixture("ipv6")}}
	cut, err := triage.ParsePolicy([]byte("version: 1\noverrides: [{name: cut, reason: cut, when: 'true', action: isolate}]"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := simulate.Run(t.Context(), simulate.Options{Events: events, Account: simulate.GrownAccount(events), Policy: cut, Start: fixtureStart})
	if err != nil {
		t.Fatal(err)
	}
	asked := map[string]string{}
	for _, p := range r.Probes {
		asked[p.From+" → "+p.To] = p.Before + ", " + p.AfterCut
	}
	const id = "web-1" // as its tag says
	for what, want := range map[string]string{
		"internet → " + id + " (tcp/80, IPv4)": "denied, denied", "internet → " + id + " (tcp/80, IPv6)": "allowed, denied",
		id + " → internet (tcp/443, IPv6)": "allowed, denied",
	} {
		if asked[what] != want {
			t.Errorf("%s: %q, want %q in %v", what, asked[what], want, asked)
		}
	}
}
