package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
)

// The part of the flood that CI runs for every change: enough findings at one moment to
// reach EC2's request limits, which must delay cuts and fail none.
func TestAFloodContainsEveryInstanceWithTheFewestChanges(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		plan plan
		ends map[string]int
	}{
		"three VPCs, with duplicates": {plan{subnets: 11, atOnce: 2, late: 1, gap: time.Millisecond, limited: true}, map[string]int{"contained": 55, "joined": 165}},
		"three VPCs at one instant":   {plan{subnets: 15, limited: true}, map[string]int{"contained": 75}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, err := measure(t.Context(), c.plan, nil)
			if err != nil {
				t.Fatal(err)
			}
			if broken := m.broken(); broken != nil {
				t.Error(strings.Join(broken, "\n"))
			}
			if diff := cmp.Diff(c.ends, m.outcome.ended); diff != "" {
				t.Errorf("outcomes of the executions (-want +got):\n%s", diff)
			}
			throttled := 0
			for _, n := range m.outcome.calls {
				throttled += n.throttled
			}
			if throttled == 0 || m.outcome.quantile(1) <= m.outcome.quantile(0) {
				t.Errorf("%d calls were throttled, and cuts took from %v to %v: nothing was delayed", throttled, m.outcome.quantile(0), m.outcome.quantile(1))
			}
		})
	}
}

func TestAFloodIsDeterministic(t *testing.T) {
	t.Parallel()
	var first string
	for range 2 {
		m, err := measure(t.Context(), plan{subnets: 2, atOnce: 3, late: 2, gap: time.Second, limited: true}, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint(m.outcome.ended, m.outcome.cuts, m.outcome.lastCut, m.outcome.simulated, m.outcome.calls)
		if first == "" {
			first = got
		}
		if got != first {
			t.Errorf("the first run gave\n%s\nand another\n%s", first, got)
		}
	}
}

// Each check reports the promise that is broken.
func TestTheChecksReportWhatIsBroken(t *testing.T) {
	t.Parallel()
	m, err := measure(t.Context(), plan{subnets: 1, late: 1, gap: time.Second}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if broken := m.broken(); broken != nil {
		t.Fatal(broken)
	}
	replace := operation{"ec2", "ReplaceNetworkAclAssociation"}
	for want, spoil := range map[string]func(*outcome){
		"every instance is contained once":          func(o *outcome) { o.ended["contained"]++; o.ended["joined"]-- },
		"every finding ends contained or joined":    func(o *outcome) { o.ended["joined"]--; o.ended["FAILED Throttled"]++ },
		"every subnet is cut, under one ACL a VPC":  func(o *outcome) { o.quarantined-- },
		"changes are as few as they can be: Replac": func(o *outcome) { n := o.calls[replace]; n.applied++; o.calls[replace] = n },
		"changes are as few as they can be: Delete": func(o *outcome) { o.calls[operation{"ec2", "DeleteTags"}] = count{mutating: true, applied: 1} },
	} {
		copied := m
		copied.flood = &flood{plan: m.plan, outcome: m.outcome}
		copied.outcome.ended, copied.outcome.calls = map[string]int{}, map[operation]count{}
		for how, n := range m.outcome.ended {
			copied.outcome.ended[how] = n
		}
		for op, n := range m.outcome.calls {
			copied.outcome.calls[op] = n
		}
		spoil(&copied.outcome)
		if broken := copied.broken(); len(broken) != 1 || !strings.HasPrefix(broken[0], want) {
			t.Errorf("%s: got %q", want, broken)
		}
	}
}

func TestGrowthThatIsNotLinearIsReported(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		g    Growth
		want int
	}{
		"linear": {Growth{CPURatio: 1.1, MemoryRatio: 0.9}, 0},
		"time":   {Growth{CPURatio: 2, MemoryRatio: 1}, 1},
		"both":   {Growth{CPURatio: 2, MemoryRatio: 3}, 2},
	} {
		if got := c.g.broken(); len(got) != c.want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestEveryFindingHasItsOwnID(t *testing.T) {
	t.Parallel()
	ids, events := map[string]bool{}, map[string]bool{}
	for _, h := range hosts(2) {
		for n := range 3 {
			body := event(h, n)
			f, err := guardduty.Parse(body)
			if err != nil {
				t.Fatal(err)
			}
			if f.Instances[0].ID != h.id || f.Instances[0].Interfaces[0].SubnetID != h.subnet || f.AccountID != accountID {
				t.Errorf("%+v is not about %+v", f, h)
			}
			var head struct{ ID string }
			if err := json.Unmarshal(body, &head); err != nil {
				t.Fatal(err)
			}
			ids[f.ID], events[head.ID] = true, true
			if strings.Contains(string(body), "{event}") || bytes.Contains(body, []byte("{sub")) {
				t.Errorf("a placeholder was not replaced in %s", body)
			}
		}
	}
	if want := 2 * perSubnet * 3; len(ids) != want || len(events) != want {
		t.Errorf("%d findings and %d events, want %d", len(ids), len(events), want)
	}
}

func TestTheReportIsPrinted(t *testing.T) {
	t.Parallel()
	o := options{findings: 100, json: true}
	var out, progress bytes.Buffer
	if broken, err := run(t.Context(), o, &out, &progress); broken || err != nil {
		t.Fatal(broken, err)
	}
	var r Report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if r.Flood.Findings != 100 || r.Flood.Ended["contained"] != 5 || r.Flood.CPU <= 0 || len(r.Flood.Calls) < 10 || r.Growth != nil {
		t.Errorf("got %+v", r)
	}
	if !strings.HasSuffix(progress.String(), "flood: 100 of 100 findings have ended\n") {
		t.Errorf("progress:\n%s", &progress)
	}
	r.Broken = []string{"a promise: it was not kept"}
	r.Growth = &Growth{Findings: 10, CPURatio: 1, MemoryRatio: 1}
	r.Speed = []Speed{{Kind: "all of a kind", Executions: 10, PerSecond: 100, CPU: 0.002, OnTwo: 1000}}
	out.Reset()
	if err := r.print(&out, nil); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"100 findings about 5 instances in 1 subnets of 1 VPCs", "     5 contained", "ec2 ReplaceNetworkAclAssociation *", "from 10 to 100 findings",
		"all of a kind  10          100            2.00 ms              1000", "BROKEN a promise: it was not kept",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, &out)
		}
	}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for args, good := range map[string]bool{
		"": true, "-findings 300 -compare 0 -speed 0 -costs=false -json": true,
		"-findings 0": false, "-findings 150": false, "-compare -100": false, "-speed 10": false, "more": false, "-unknown": false,
	} {
		if _, err := parse(strings.Fields(args), io.Discard); (err == nil) != good {
			t.Errorf("%q: %v", args, err)
		}
	}
}

// BenchmarkFlood measures one execution of the flood's mix.
func BenchmarkFlood(b *testing.B) {
	if err := warm(b.Context()); err != nil {
		b.Fatal(err)
	}
	var used time.Duration
	executions := 0
	for b.Loop() {
		m, err := measure(b.Context(), flooding(100), nil)
		if err != nil {
			b.Fatal(err)
		}
		used, executions = used+m.cpu, executions+m.plan.findings()
	}
	b.ReportMetric(used.Seconds()*1000/float64(executions), "cpu-ms/execution")
}
