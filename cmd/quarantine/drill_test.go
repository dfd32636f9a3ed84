package main

import (
	"context"
	"slices"
	"strings"
	"time"

	awscfn "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// drilled waits until a drill's instance is cut off, silences its page, says that the snapshots are
// complete, and has the page answer again once it is released. With a word, it stops after the cut.
func drilled(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(worldKey{}).(*world)
	l, ctx := ledger.New(w.dynamodb, "quarantine-ledger"), context.Background()
	until(ts, "the drill's instance is not cut off", func() bool {
		open, err := l.OpenIncidents(ctx)
		ts.Check(err)
		if len(open) != 1 || open[0].Status != quarantine.StatusContained || open[0].Evidence.Status == "" {
			return false
		}
		ts.Setenv("INCIDENT", open[0].ID)
		ts.Setenv("DRILLED", open[0].Resource.ID)
		return true
	})
	if len(args) > 0 {
		return
	}
	page(ts, false, []string{"down"})
	ts.Check(l.Append(ctx, ts.Getenv("INCIDENT"), quarantine.Event{At: time.Now(), Kind: quarantine.EventEvidenceComplete, By: "a test", Text: "complete"}))
	until(ts, "the drill is not released", func() bool {
		in, err := l.Incident(ctx, ts.Getenv("INCIDENT"))
		ts.Check(err)
		return in.Status == quarantine.StatusReleased
	})
	page(ts, false, []string{"up"})
	until(ts, "nobody is told of the release", func() bool { return strings.Contains(w.steps.mail.read(), "RELEASED") })
	w.steps.mail.mu.Lock()
	defer w.steps.mail.mu.Unlock()
	for _, text := range w.steps.mail.texts {
		if !strings.HasPrefix(text, "DRILL. ") {
			ts.Fatalf("not told as a drill: %s", text)
		}
	}
}

func until(ts *testscript.TestScript, not string, is func() bool) {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if is() {
			return
		}
	}
	ts.Fatalf("%s", not)
}

// gone holds that there is no drill's stack any more, none of its instance, and no snapshot.
func gone(ts *testscript.TestScript, _ bool, _ []string) {
	w := ts.Value(worldKey{}).(*world)
	ctx, config := context.Background(), w.account.Config()
	stacks, err := awscfn.NewFromConfig(config).DescribeStacks(ctx, &awscfn.DescribeStacksInput{})
	ts.Check(err)
	for _, s := range stacks.Stacks {
		if *s.StackName == "quarantine-drill-quarantine" {
			ts.Fatalf("the stack is %s", s.StackStatus)
		}
	}
	api := awsec2.NewFromConfig(config)
	found, err := api.DescribeInstances(ctx, &awsec2.DescribeInstancesInput{InstanceIds: []string{ts.Getenv("DRILLED")}})
	ts.Check(err)
	for _, r := range found.Reservations {
		if slices.ContainsFunc(r.Instances, func(i types.Instance) bool { return i.State.Name == types.InstanceStateNameRunning }) {
			ts.Fatalf("%s runs", ts.Getenv("DRILLED"))
		}
	}
	snapshots, err := api.DescribeSnapshots(ctx, &awsec2.DescribeSnapshotsInput{OwnerIds: []string{"self"}})
	ts.Check(err)
	for _, s := range snapshots.Snapshots {
		for _, tag := range s.Tags {
			if *tag.Key == quarantine.TagIncident {
				ts.Fatalf("%s of %s is there", *s.SnapshotId, *tag.Value)
			}
		}
	}
	w.locks.mu.Lock()
	defer w.locks.mu.Unlock()
	if len(w.locks.until) > 0 {
		ts.Fatalf("locked are %v", w.locks.until)
	}
}
