package simulate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// estate is an account with some VPCs, some subnets in each of them, and an instance in
// every subnet.
type estate struct {
	vpcs, subnets  int
	manualReleases []string // release executions that a person starts unasked
}

func (e estate) vpc(v int) string       { return fmt.Sprintf("vpc-%017x", v+1) }
func (e estate) subnet(v, s int) string { return fmt.Sprintf("subnet-%09x%08x", v+1, s+1) }
func (e estate) host(v, s int) string   { return fmt.Sprintf("i-%09x%08x", v+1, s+1) }

func (e estate) account(o account.Options) (*account.Account, []simulate.Question, error) {
	o.AccountID, o.Region = "111122223333", "eu-west-1"
	a := account.New(o)
	for v := range e.vpcs {
		a.AddVPC(account.VPC{ID: e.vpc(v), CIDRs: []string{"10.0.0.0/16"}})
		for s := range e.subnets {
			a.AddSubnet(account.Subnet{ID: e.subnet(v, s), VPC: e.vpc(v), CIDR: fmt.Sprintf("10.0.%d.0/24", s)})
			a.AddInstance(account.Instance{ID: e.host(v, s), Volumes: []account.Volume{{}},
				Interfaces: []account.Interface{{Subnet: e.subnet(v, s), PrivateIP: fmt.Sprintf("10.0.%d.10", s)}}})
		}
	}
	return a, nil, nil
}

// finding is a cryptocurrency finding about one of the estate's hosts.
func (e estate) finding(v, s, number int) simulate.Event {
	body := strings.NewReplacer(hostA, e.host(v, s), subnetA, e.subnet(v, s), vpc, e.vpc(v)).Replace(string(miner(hostA, number).Body))
	return simulate.Event{Name: fmt.Sprint(e.host(v, s), "-", number), Body: []byte(body)}
}

// flood returns one finding about every host.
func (e estate) flood() (all []simulate.Event) {
	for v := range e.vpcs {
		for s := range e.subnets {
			all = append(all, e.finding(v, s, len(all)+1))
		}
	}
	return all
}

// under simulates the estate with those limits in the policy, and checks the invariants.
func (e estate) under(t *testing.T, limits string, o simulate.Options) *simulate.Report {
	t.Helper()
	p, err := triage.ParsePolicy([]byte("version: 1\nlimits: " + limits))
	if err != nil {
		t.Fatal(err)
	}
	o.Account, o.Policy = e.account, p
	if o.Start.IsZero() {
		o.Start = start
	}
	w := invariants.World{
		Accused: map[string][]string{}, Answer: invariants.Mixed, Secrets: secrets, ManualReleases: e.manualReleases,
		Troubled: o.Prepare != nil, SilenceCuts: strings.Contains(limits, "silence: isolate"),
	}
	for v := range e.vpcs {
		for s := range e.subnets {
			w.Accused[e.host(v, s)] = []string{e.subnet(v, s)}
		}
	}
	return checked(t, o, w)
}

func wantEnds(t *testing.T, r *simulate.Report, want map[string]int) {
	t.Helper()
	got := map[string]int{}
	for _, e := range r.Executions {
		if !joinedLook(e.Name) || e.Status != history.StatusSucceeded {
			got[end(e)]++
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("ends (-want +got):\n%s", diff)
	}
}

// item returns the ledger item with these keys, or nil.
func item(r *simulate.Report, pk, sk string) map[string]any {
	for _, i := range r.Ledger {
		if fields := i.(map[string]any); text(fields, "pk") == pk && text(fields, "sk") == sk {
			return fields
		}
	}
	return nil
}

// counted is the number of instances that the ledger counted in an hour, for the account or a VPC.
func counted(r *simulate.Report, hour, of string) int {
	return strings.Count(text(item(r, "BRAKE#111122223333#eu-west-1", "HOUR#2026-03-04T"+hour), of), "i-")
}

func lockOf(r *simulate.Report, host string) map[string]any {
	return item(r, "RESOURCE#instance#111122223333#eu-west-1#"+host, "LOCK")
}
