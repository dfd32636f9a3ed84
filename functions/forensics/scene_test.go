package forensics_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/functions/forensics"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/aws/sts"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// start is a minute before midnight, so that later steps happen on the next day.
var start = time.Date(2026, 3, 4, 23, 59, 0, 0, time.UTC)

const (
	incident  = "inc-20260304-0123456789"
	instance  = "i-0123456789abcdef0"
	boot      = "vol-0aaaaaaaaaaaaaaaa"
	data      = "vol-0bbbbbbbbbbbbbbbb"
	profile   = "arn:aws:iam::123456789012:instance-profile/web"
	execution = "arn:aws:states:eu-west-1:123456789012:execution:quarantine:run-1"

	// snapshotTime is how long a snapshot is pending.
	snapshotTime = 2 * time.Minute
)

// scene is an instance with two volumes and two interfaces in an in-memory account
// with a ledger. Its time is the synctest bubble's.
type scene struct {
	*account.Account
	t      *testing.T
	ledger *ledger.Ledger
	// shown filters the results of DescribeSnapshots; nil shows all.
	shown func([]ec2types.Snapshot) []ec2types.Snapshot
}

// inScene runs a test with a scene, from the time start.
func inScene(t *testing.T, test func(t *testing.T, s *scene)) {
	t.Helper()
	inSceneWith(t, []account.Volume{{ID: boot}, {ID: data, GiB: 20}}, test)
}

func inSceneWith(t *testing.T, volumes []account.Volume, test func(t *testing.T, s *scene)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(start))
		test(t, newScene(t, volumes))
	})
}

func newScene(t *testing.T, volumes []account.Volume) *scene {
	t.Helper()
	s := &scene{Account: account.New(account.Options{SnapshotTime: snapshotTime}), t: t}
	if _, err := s.DynamoDB().CreateTable(t.Context(), ledger.TableDefinition("quarantine")); err != nil {
		t.Fatal(err)
	}
	s.ledger = ledger.New(s.DynamoDB(), "quarantine")
	vpc := s.AddVPC(account.VPC{})
	subnet := s.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.1.0/24"})
	one, two := s.AddSecurityGroup(account.SecurityGroup{VPC: vpc, Name: "one"}), s.AddSecurityGroup(account.SecurityGroup{VPC: vpc, Name: "two"})
	s.AddInstance(account.Instance{
		ID: instance, Profile: profile, Volumes: volumes,
		Interfaces: []account.Interface{
			{Subnet: subnet, PrivateIP: "10.0.1.10", Groups: []string{two, one}},
			{Subnet: subnet, PrivateIP: "10.0.1.11", Groups: []string{one}},
		},
	})
	s.SetConsoleOutput(instance, "login: ")
	return s
}

// handler is built as the function's main builds it.
func (s *scene) handler() *forensics.Handler {
	fleet := ec2.New(lagging{s.EC2(), s})
	return &forensics.Handler{
		Instances: fleet, Disks: fleet, Locks: fleet, SecurityGroups: fleet, Console: fleet,
		Users: iam.New(s.IAM()), Identity: sts.New(s.STS()), Ledger: s.ledger,
		Clock: quarantine.SystemClock{}, Log: slog.New(slog.DiscardHandler),
	}
}

// as sets the caller's role.
func as(ctx context.Context, arn string) context.Context {
	return account.WithCaller(ctx, account.Caller{Identity: arn})
}

// lagging is an eventually consistent EC2, which does not list new snapshots at once:
// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
type lagging struct {
	*account.EC2
	scene *scene
}

// DescribeSnapshots returns the snapshots that the scene's filter shows.
func (l lagging) DescribeSnapshots(ctx context.Context, in *awsec2.DescribeSnapshotsInput, opts ...func(*awsec2.Options)) (*awsec2.DescribeSnapshotsOutput, error) {
	out, err := l.EC2.DescribeSnapshots(ctx, in, opts...)
	if err == nil && l.scene.shown != nil {
		out.Snapshots = l.scene.shown(out.Snapshots)
	}
	return out, err
}

// hide hides all snapshots for the given number of calls.
func (s *scene) hide(looks int) {
	s.shown = func(all []ec2types.Snapshot) []ec2types.Snapshot {
		if looks--; looks >= 0 {
			return nil
		}
		return all
	}
}

// showing shows the volume's snapshot in another state.
func showing(volume string, state ec2types.SnapshotState) func([]ec2types.Snapshot) []ec2types.Snapshot {
	return func(all []ec2types.Snapshot) []ec2types.Snapshot {
		for i := range all {
			if *all[i].VolumeId == volume {
				all[i].State = state
			}
		}
		return all
	}
}

// without hides the volume's snapshot.
func without(volume string) func([]ec2types.Snapshot) []ec2types.Snapshot {
	return func(all []ec2types.Snapshot) []ec2types.Snapshot {
		return slices.DeleteFunc(all, func(s ec2types.Snapshot) bool { return *s.VolumeId == volume })
	}
}

// denied denies an action to the function's role.
func (s *scene) denied(operation string) {
	s.Inject(account.Fault{Operation: operation, Kind: account.Deny})
}

// cannotWrite makes PutItem fail for items whose sort key begins with prefix.
func (s *scene) cannotWrite(prefix string) {
	s.Inject(account.Fault{Operation: "PutItem", Kind: account.Deny, Match: func(c account.Call) bool {
		key, _ := c.Input.(*dynamodb.PutItemInput).Item["sk"].(*types.AttributeValueMemberS)
		return strings.HasPrefix(key.Value, prefix)
	}})
}

// failing makes every call of an operation fail with an error code.
func (s *scene) failing(operation string, code string) {
	s.Inject(account.Fault{Operation: operation, Kind: account.Code, Code: code, Message: operation + " fails"})
}

// loses drops the answer to the next call of the operation, after EC2 has applied it.
func (s *scene) loses(operation string) {
	s.Inject(account.Fault{Operation: operation, Kind: account.TimeoutAfter, Times: 1})
}

// sets is the number of sets of snapshots that were created.
func (s *scene) sets() (n int) {
	for _, c := range s.Calls() {
		if c.Operation == "CreateSnapshots" && c.Applied {
			n++
		}
	}
	return n
}

// record is the incident as the ledger has it.
func (s *scene) record() quarantine.Incident {
	s.t.Helper()
	in, err := s.ledger.Incident(s.t.Context(), incident)
	if err != nil && !quarantine.Is(err, quarantine.BadRequest) {
		s.t.Fatal(err)
	}
	return in
}

// kinds are the kinds of the recorded events, oldest first.
func (s *scene) kinds() (out []string) {
	s.t.Helper()
	for _, e := range s.record().Timeline {
		out = append(out, string(e.Kind))
	}
	return out
}

// kept are the names of the recorded artifacts, sorted.
func (s *scene) kept() []string {
	s.t.Helper()
	kept, err := s.ledger.Artifacts(s.t.Context(), incident)
	if err != nil {
		s.t.Fatal(err)
	}
	return names(kept)
}

func (s *scene) body(artifact string) []byte {
	s.t.Helper()
	body, err := s.ledger.Body(s.t.Context(), incident, artifact)
	if err != nil {
		s.t.Fatal(err)
	}
	return body
}

func names(artifacts []quarantine.Artifact) (out []string) {
	for _, a := range artifacts {
		out = append(out, a.Name)
	}
	return out
}

func request() forensics.Request {
	return forensics.Request{
		Incident:  incident,
		Resource:  quarantine.Resource{AccountID: "123456789012", Region: "eu-west-1", Kind: quarantine.KindInstance, ID: instance},
		Finding:   quarantine.Finding{ID: "finding-1", Type: "CryptoCurrency:EC2/BitcoinTool.B!DNS"},
		Execution: quarantine.Execution{ID: execution, Name: "run-1", StartedAt: start},
	}
}

// take takes new evidence.
func (s *scene) take() forensics.Evidence {
	s.t.Helper()
	return s.handle(request())
}

// check checks the evidence of an earlier run.
func (s *scene) check(e forensics.Evidence) forensics.Evidence {
	s.t.Helper()
	in := request()
	in.Evidence = &e
	return s.handle(in)
}

func (s *scene) handle(in forensics.Request) forensics.Evidence {
	s.t.Helper()
	e, err := s.handler().Handle(s.t.Context(), in)
	if err != nil {
		s.t.Fatal(err)
	}
	return e
}
