package termination_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/termination"
)

const (
	incident = "inc-20260304-0123456789"
	instance = "i-0123456789abcdef0"
	boot     = "vol-0aaaaaaaaaaaaaaaa"
	data     = "vol-0bbbbbbbbbbbbbbbb"
)

// world is an account with an instance that is protected, and whose evidence is complete and
// locked. Its time is the synctest bubble's.
type world struct {
	*account.Account
	t        *testing.T
	fleet    *ec2.Client
	ledger   *ledger.Ledger
	evidence quarantine.Evidence
	status   quarantine.Status
	// shutting is in how many looks an instance that is terminated shuts down still.
	shutting int
}

func inWorld(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newWorld(t)) })
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Account: account.New(account.Options{SnapshotTime: time.Minute}), t: t, status: quarantine.StatusContained}
	w.AddDefined(ledger.TableDefinition("quarantine"))
	w.ledger, w.fleet = ledger.New(w.DynamoDB(), "quarantine"), ec2.New(ending{w.EC2(), w})
	vpc := w.AddVPC(account.VPC{})
	subnet := w.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.1.0/24"})
	w.AddInstance(account.Instance{
		ID: instance, Tags: map[string]string{"Name": "web", "aws:autoscaling:groupName": "web-group"},
		Volumes:    []account.Volume{{ID: boot}, {ID: data}},
		Interfaces: []account.Interface{{Subnet: subnet, PrivateIP: "10.0.1.10", PublicIP: "198.51.100.10"}},
	})
	w.works(w.fleet.SetTermination(t.Context(), resource(), true))
	w.works(w.fleet.SetDeleteOnTermination(t.Context(), resource(), "/dev/xvda", false))
	w.works(w.fleet.SetDeleteOnTermination(t.Context(), resource(), "/dev/xvdb", true))
	w.works(w.ledger.Append(t.Context(), incident, quarantine.Event{At: time.Now(), Kind: quarantine.EventContained}))
	w.take()
	return w
}

// take takes the evidence, and locks it for some days.
func (w *world) take() {
	set, err := w.fleet.CreateSnapshots(w.t.Context(), resource(), "evidence", map[string]string{quarantine.TagIncident: incident})
	w.works(err)
	time.Sleep(time.Minute)
	for i := range set {
		w.works(w.fleet.LockSnapshot(w.t.Context(), resource(), set[i].ID, 30+i))
	}
	w.evidence = quarantine.Evidence{Incident: incident, Status: quarantine.EvidenceComplete, Snapshots: set}
}

func resource() quarantine.Resource {
	return quarantine.Resource{AccountID: "123456789012", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: instance}
}

func (w *world) incident() quarantine.Incident {
	return quarantine.Incident{ID: incident, Resource: resource(), Status: w.status, Evidence: w.evidence}
}

func (w *world) word() termination.Termination {
	return termination.Termination{Fleet: w.fleet, Ledger: w.ledger, Clock: quarantine.SystemClock{}, By: "kim", Reason: "it is rebuilt"}
}

func (w *world) plan() termination.Plan {
	w.t.Helper()
	p, err := w.word().Plan(w.t.Context(), w.incident())
	w.works(err)
	return p
}

func (w *world) works(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// onRecord is the incident as the ledger has it.
func (w *world) onRecord() quarantine.Incident {
	w.t.Helper()
	in, err := w.ledger.Incident(w.t.Context(), incident)
	w.works(err)
	return in
}

// said are the termination's events.
func (w *world) said() string {
	w.t.Helper()
	var out []string
	for _, e := range w.onRecord().Timeline {
		if e.Kind == quarantine.EventTerminated {
			out = append(out, e.By+": "+e.Text)
		}
	}
	return strings.Join(out, "\n")
}

// alive tells whether EC2 shows the instance.
func (w *world) alive() bool {
	_, err := ec2.New(w.EC2()).Instance(w.t.Context(), resource())
	return err == nil
}

func (w *world) protected() bool { return w.Attributes()[instance]["termination"] == "true" }

// ending is an EC2 that shuts instances down for some time before they are terminated.
type ending struct {
	*account.EC2
	w *world
}

// DescribeInstances shows what is terminated as shutting down at first.
func (e ending) DescribeInstances(ctx context.Context, in *awsec2.DescribeInstancesInput, opts ...func(*awsec2.Options)) (*awsec2.DescribeInstancesOutput, error) {
	out, err := e.EC2.DescribeInstances(ctx, in, opts...)
	if err != nil {
		return out, err
	}
	for _, r := range out.Reservations {
		for _, i := range r.Instances {
			if i.State.Name != types.InstanceStateNameTerminated {
				continue
			}
			if e.w.shutting--; e.w.shutting >= 0 {
				i.State.Name = types.InstanceStateNameShuttingDown
			}
		}
	}
	return out, err
}
