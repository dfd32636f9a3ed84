package asreport_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate/asreport"
	"github.com/ec2-quarantine/quarantine/internal/report"
)

// simulated runs the demo with these options, and gives its report.
func simulated(t *testing.T, change func(*simulate.Options)) report.Report {
	t.Helper()
	events, err := simulate.DemoOfFleet()
	if err != nil {
		t.Fatal(err)
	}
	o := simulate.Options{
		Events: events, Account: simulate.DemoFleet, Incidents: true, Policy: triage.DefaultPolicy(),
		Start: time.Date(2026, 1, 15, 9, 30, 0, 0, time.UTC),
	}
	if change != nil {
		change(&o)
	}
	var heads []headline.Event
	for _, e := range o.Events {
		head := headline.Event{Name: e.Name}
		if f, err := guardduty.Parse(e.Body); err == nil {
			head.Finding = &f
		}
		heads = append(heads, head)
	}
	var noted asreport.Recorder
	o.Watch.Ready = func(a *account.Account, _ []simulate.Probe) { noted.Ready(a) }
	r, err := simulate.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return noted.Report(r, heads, o.Start)
}

// saved writes the page to a file, and gives its name and its text.
func saved(t *testing.T, r report.Report) (file, page string) {
	t.Helper()
	var out bytes.Buffer
	if err := report.Write(&out, r); err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, out.String()
}

func TestTheReportOfTheDemoSaysWhatMatters(t *testing.T) {
	t.Parallel()
	r := simulated(t, nil)
	if len(r.Incidents) != 1 || len(r.Cuts) != 1 || r.Cuts[0].Rounds != 4 {
		t.Fatalf("%d incidents, and cuts %+v", len(r.Incidents), r.Cuts)
	}
	_, page := saved(t, r)
	for _, want := range []string{
		"Contained: <span class=\"whole\">i-0c0ffee0123456789</span> (web-page)", "188 ms", "AWS calls to the cut, in 4 round trips", "1 other instance",
		"DNS through the VPC&#39;s resolver", "quarantine release " + r.Incidents[0].ID, "While contained", "while contained",
		"AcquireLock", "ec2:ReplaceNetworkAclAssociation", "stands by in web-pages", "pool.miner.example",
	} {
		if !strings.Contains(page, want) && !strings.Contains(page, strings.ToLower(want)) {
			t.Errorf("%q is not in the page", want)
		}
	}
	if len(r.Messages) != 2 || len(r.Messages[0].Channels) < 2 || r.Messages[0].Slack == nil || r.Messages[0].At.IsZero() {
		t.Errorf("messages %+v", r.Messages)
	}
}

// Each way has an answer at each moment, and they change as the probes do.
func TestWaysAreOpenAndClosedAsTheProbesFound(t *testing.T) {
	t.Parallel()
	n := simulated(t, func(o *simulate.Options) { o.Then = []string{simulate.Narrow, simulate.Release} }).Network
	want := "before, right after the cut, while contained, subnets given back, after the release"
	if got := strings.Join(n.Moments, ", "); got != want {
		t.Fatalf("moments %s", got)
	}
	for name, want := range map[string]string{
		"Internet web-page tcp/80":           "open closed closed closed open",
		"web-page neighbour tcp/22":          "open open goes on goes on open",
		"web-page VPC's DNS resolver udp/53": "open open open open open",
	} {
		found := false
		for _, w := range n.Ways {
			if w.From.Name+" "+w.To.Name+" "+w.What != name {
				continue
			}
			found = true
			var words []string
			for _, p := range w.At {
				words = append(words, p.Word)
			}
			if got := strings.Join(words, " "); got != want {
				t.Errorf("%s: %s, not %s", name, got, want)
			}
		}
		if !found {
			t.Errorf("%s is not asked", name)
		}
	}
}

// A finding that a person is asked about cuts nothing: there is no cut to show, and no moment after it.
func TestWhatWasNotCutIsNotShownAsCut(t *testing.T) {
	t.Parallel()
	policy, err := triage.ParsePolicy([]byte("version: 1\nthresholds: {isolate: 100, approve: 1, notify: 0}\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := simulated(t, func(o *simulate.Options) {
		o.Policy = policy
		o.Person = func(context.Context, simulate.Asked) {}
	})
	if len(r.Cuts) != 0 || strings.Join(r.Network.Moments, ", ") != "before, at the end" {
		t.Errorf("%d cuts, moments %v", len(r.Cuts), r.Network.Moments)
	}
	if _, page := saved(t, r); strings.Contains(page, "Calls to the cut") || strings.Contains(page, "case good") {
		t.Error("the page shows a cut")
	}
}
