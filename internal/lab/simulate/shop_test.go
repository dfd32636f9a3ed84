package simulate_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// The shop of docs/shop: a bastion and a NAT gateway in a public subnet, and behind it a group of
// three over two subnets, with an internal load balancer in both and a database in one.
const (
	shopApp    = "i-05a0b0c0d0e0f0010"
	shopPublic = "subnet-05a0b0c0d0e0f0001"
	shopApps   = "subnet-05a0b0c0d0e0f0002"
	shopGroup  = "shop-app"
	shopRole   = "shop-app-role"
	askedOfApp = "the cut would hit 1 other instance, a load balancer (app/shop/50dc6c495c0c9188) and a database's interface; " +
		"1 other member of its Auto Scaling group shop-app lies under the cut, and 1 of its 2 subnets does"
	askedOfHost = "the cut would hit a NAT gateway (nat-05a0b0c0d0e0f0001)"
)

// shop runs a finding of the shop, and sees the account before and after.
func shop(t *testing.T, finding string, o simulate.Options) (r *simulate.Report, was, is map[string]string) {
	t.Helper()
	body := shopFile(t, finding)
	o.Events = []simulate.Event{{Name: finding, Body: body}}
	o.Account = simulate.LoadedAccount(bytes.NewReader(shopFile(t, "account.json")), o.Events)
	o.Start = time.Date(2026, 1, 15, 9, 30, 0, 0, time.UTC)
	if o.Policy == nil {
		o.Policy = triage.DefaultPolicy()
	}
	var seen *account.Account
	o.Prepare = func(a *account.Account) { seen, was = a, everything(a) }
	r, err := simulate.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r, was, everything(seen)
}

func shopFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "shop", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// everything is what a containment could have changed, in words. Ids of associations and what is
// kept for the next time, a group without rules, are left aside, and so is evidence.
func everything(a *account.Account) map[string]string {
	out := map[string]string{}
	for id, of := range a.Attributes() {
		for name, value := range of {
			out[id+" "+name] = value
		}
	}
	for name := range a.Policies(shopRole) {
		out[shopRole+" policy "+name] = "there"
	}
	a.Read(func(d ec2.Description) {
		for _, s := range d.Subnets {
			out[aws.ToString(s.SubnetId)] = aws.ToString(d.ACLOf(*s.SubnetId).NetworkAclId)
		}
		for _, acl := range d.NetworkACLs {
			out[aws.ToString(acl.NetworkAclId)] = "there"
		}
	})
	return out
}

// seenOn are the answers of the probes, by their ways; new ones and open ones.
func seenOn(r *simulate.Report) map[string]stages {
	out := map[string]stages{}
	for _, p := range r.Probes {
		key := p.From + " → " + p.To
		if p.Open {
			key += ", opened before"
		}
		out[key] = stages{p.Before, p.AfterCut, p.Contained, p.Narrowed, p.After}
	}
	return out
}

func TestOneOfAGroupBesideALoadBalancerAndADatabase(t *testing.T) {
	t.Parallel()
	r, was, is := shop(t, "finding-app.json", simulate.Options{Person: simulate.Answer(true), Then: []string{simulate.Narrow, simulate.Release}})
	if text := strings.Join(strings.Fields(r.Notifications[0].Text), " "); !strings.Contains(text, askedOfApp) {
		t.Errorf("%q is not asked in:\n%s", askedOfApp, text)
	}
	if end(r.Executions[0]) != "Contained" {
		t.Fatalf("it ended along %v", r.Executions[0].Path)
	}
	want := map[string]stages{
		//                                                           before cut     contained narrowed released
		"internet → shop-app-1 (tcp/80)":                                    {closed, closed, closed, closed, closed},
		"shop-app-1 → internet through NAT (tcp/443)":                       {open, closed, closed, closed, open},
		"shop-app-1 → internet through NAT (tcp/443), opened before":        {open, closed, closed, maybe, maybe},
		"shop-app-1 → shop-app-3, other subnet (tcp/8080)":                  {open, closed, closed, closed, open},
		"shop-app-1 → shop-app-3, other subnet (tcp/8080), opened before":   {open, closed, closed, open, open},
		"shop-app-1 → shop-app-2, same subnet (tcp/8080)":                   {open, open, closed, closed, open},
		"shop-app-1 → shop-app-2, same subnet (tcp/8080), opened before":    {open, open, open, open, open},
		"shop-app-2 → shop-app-1, same subnet (tcp/8080)":                   {open, open, closed, closed, open},
		"shop-app-2 → shop-app-1, same subnet (tcp/8080), opened before":    {open, open, closed, closed, open},
		"shop-app-2 → internet through NAT (tcp/443)":                       {open, closed, closed, open, open},
		"shop-app-2 → internet through NAT (tcp/443), opened before":        {open, closed, closed, maybe, maybe},
		"shop-app-3 → internet through NAT (tcp/443)":                       {open, open, open, open, open},
		"shop-app-3 → internet through NAT (tcp/443), opened before":        {open, open, open, open, open},
		"load balancer → shop-app-1, same subnet (tcp/8080)":                {open, open, closed, closed, open},
		"load balancer → shop-app-1, same subnet (tcp/8080), opened before": {open, open, closed, closed, open},
		"shop-app-1 → database, same subnet (tcp/5432)":                     {open, open, closed, closed, open},
		"shop-app-1 → database, same subnet (tcp/5432), opened before":      {open, open, open, open, open},
		"shop-app-1 → the VPC's DNS resolver (udp/53)":                      {open, open, open, open, open},
	}
	if diff := cmp.Diff(want, seenOn(r)); diff != "" {
		t.Errorf("what passes (-want +got):\n%s", diff)
	}
	wantReplacement(t, r)
	if diff := cmp.Diff(was, is); diff != "" {
		t.Errorf("the release did not give back (-before +after):\n%s", diff)
	}
}

// wantReplacement wants the group to have the three of before in service, and one more.
func wantReplacement(t *testing.T, r *simulate.Report) {
	t.Helper()
	before, now := r.Account.GroupsBefore[shopGroup], r.Account.Groups[shopGroup]
	if len(before) != 3 || len(now) != 4 {
		t.Errorf("the group had %v, and has %v", before, now)
	}
	for id, state := range now {
		if state != "InService" {
			t.Errorf("%s is %s", id, state)
		}
	}
}

// Contained and not released, everything of it that can be changed is.
func TestWhatAContainmentChangesInTheShop(t *testing.T) {
	t.Parallel()
	p, err := triage.ParsePolicy([]byte("version: 1\nneighbours: {beyond: cut, sameGroup: cut}\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, was, is := shop(t, "finding-app.json", simulate.Options{Policy: p})
	if slices.Contains(r.Executions[0].Path, "YieldToPerson") || end(r.Executions[0]) != "Contained" {
		t.Fatalf("the policy cuts without asking; it ended along %v", r.Executions[0].Path)
	}
	named := strings.NewReplacer("eni"+shopApp[1:], "its interface", "vol"+shopApp[1:], "its volume", shopApp, "app-1")
	var changed []string
	for key, value := range is {
		if was[key] != value {
			changed = append(changed, named.Replace(key))
		}
	}
	for i, key := range changed { // ids that are made are not known before
		if strings.HasPrefix(key, "acl-") {
			changed[i] = "the quarantine's network ACL"
		}
		if strings.HasPrefix(key, shopRole) {
			changed[i] = "a policy of the role"
		}
	}
	slices.Sort(changed)
	want := []string{
		"a policy of the role", "app-1 state in shop-app", "app-1 stop", "app-1 termination", "app-1 volume:its volume",
		"its interface groups", shopApps, "the quarantine's network ACL",
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, changed); diff != "" {
		t.Errorf("changed (-want +got):\n%s", diff)
	}
}

// A NAT gateway in the subnet is a way out for others: a person is asked, and without a yes nothing
// is cut.
func TestAHostBesideTheNATGateway(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		yes       bool
		end       string
		neighbour stages // the way out of a host in another subnet
	}{
		"no":  {false, "LeftUncut", stages{open, open, open, "", open}},
		"yes": {true, "Contained", stages{open, closed, closed, "", closed}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, was, is := shop(t, "finding-bastion.json", simulate.Options{Person: simulate.Answer(c.yes)})
			if text := strings.Join(strings.Fields(r.Notifications[0].Text), " "); !strings.Contains(text, askedOfHost) {
				t.Errorf("%q is not asked in:\n%s", askedOfHost, text)
			}
			if end(r.Executions[0]) != c.end || (was[shopPublic] != is[shopPublic]) != c.yes {
				t.Errorf("it ended along %v, and the subnet is under %s", r.Executions[0].Path, is[shopPublic])
			}
			if got := seenOn(r)["shop-app-1 → internet through NAT (tcp/443), opened before"]; got != c.neighbour {
				t.Errorf("the neighbour's way out is %v, want %v", got, c.neighbour)
			}
		})
	}
}
