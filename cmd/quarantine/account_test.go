package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ec2-quarantine/quarantine/internal/aws/guardduty/guarddutytest"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// plantedToken is a secret that no output may hold.
const plantedToken = "planted-task-token"

// The commands for people on call, against an account that nobody here wrote.
func TestAccountScripts(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/account", RequireExplicitExec: true, Setup: newWorld,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"question": question, "observed": observed, "drills": drills, "answers": answers, "archived": archived, "detectors": detectors, "contained": contained, "decided": onRecord, "opened": opened, "handed": handed, "settled": settled, "paste": paste},
	})
}

// world is a script's account: moto's, with Step Functions beside it.
type world struct {
	account  moto.Account
	dynamodb *dynamodb.Client
	steps    *stepFunctions
	locks    snapshotLocks
	detector *guarddutytest.Server // moto's has no findings
	next     http.RoundTripper
}

type worldKey struct{}

// newWorld gives a script an account with two instances in one subnet and a
// third in another, an event about each, and the names of all in its environment.
func newWorld(e *testscript.Env) error {
	t := e.T().(testing.TB)
	w := &world{account: moto.NewAccount(t), locks: snapshotLocks{until: map[string]time.Time{}}, detector: &guarddutytest.Server{}}
	config := w.account.Config()
	w.next = config.HTTPClient.(*http.Client).Transport
	w.dynamodb = dynamodb.NewFromConfig(config)
	w.steps = newStepFunctions(w.account.ID, config)
	server := httptest.NewServer(heldToHelp(e.T().(testing.TB), w))
	e.Defer(server.Close)
	e.Values[worldKey{}] = w
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIAPLANTED", "AWS_SECRET_ACCESS_KEY": "planted-secret", "AWS_REGION": moto.Region,
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL": server.URL, "NO_COLOR": "1", "ACCOUNT": w.account.ID,
	} {
		e.Setenv(name, value)
	}
	return w.instances(t, e)
}

// ServeHTTP is every service: Step Functions and locks of snapshots here, and the others on moto.
func (w *world) ServeHTTP(to http.ResponseWriter, from *http.Request) {
	if operation, served := strings.CutPrefix(from.Header.Get("X-Amz-Target"), "AWSStepFunctions."); served {
		w.steps.serve(to, from, operation)
		return
	}
	if w.locks.serve(to, from) {
		return
	}
	if guarddutytest.IsRequest(from) {
		w.detector.ServeHTTP(to, from)
		return
	}
	out := from.Clone(from.Context())
	out.RequestURI, out.URL.Scheme, out.URL.Host = "", "http", strings.TrimPrefix(w.account.Endpoint, "http://")
	answer, err := w.next.RoundTrip(out)
	if err != nil {
		http.Error(to, err.Error(), http.StatusBadGateway)
		return
	}
	defer func() { _ = answer.Body.Close() }()
	var body bytes.Buffer
	_, _ = body.ReadFrom(answer.Body)
	text := body.String()
	for name, values := range answer.Header {
		if name != "Content-Length" {
			to.Header()[name] = values
		}
	}
	to.WriteHeader(answer.StatusCode)
	fmt.Fprint(to, text)
}

func (w *world) instances(t testing.TB, e *testscript.Env) error {
	client := awsec2.NewFromConfig(w.account.Config())
	ctx := t.Context()
	vpc, err := client.CreateVpc(ctx, &awsec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")})
	if err != nil {
		return err
	}
	text, err := os.ReadFile("testdata/miner.json")
	if err != nil {
		return err
	}
	for i, subnet := range []string{"A", "A", "B"} {
		id := e.Getenv("SUBNET_" + subnet)
		if id == "" {
			made, err := client.CreateSubnet(ctx, &awsec2.CreateSubnetInput{VpcId: vpc.Vpc.VpcId, CidrBlock: aws.String(fmt.Sprintf("10.0.%d.0/24", i))})
			if err != nil {
				return err
			}
			id = *made.Subnet.SubnetId
			e.Setenv("SUBNET_"+subnet, id)
		}
		made, err := client.RunInstances(ctx, &awsec2.RunInstancesInput{
			ImageId: aws.String("ami-12c6146b"), MinCount: aws.Int32(1), MaxCount: aws.Int32(1), InstanceType: types.InstanceTypeT3Micro, SubnetId: &id,
		})
		if err != nil {
			return err
		}
		instance := *made.Instances[0].InstanceId
		e.Setenv(fmt.Sprintf("INSTANCE_%d", i+1), instance)
		event := strings.NewReplacer("INSTANCE", instance, "ACCOUNT", w.account.ID, "REGION", moto.Region, "VPC", *vpc.Vpc.VpcId, "SUBNET", id,
			"NUMBER", fmt.Sprint(i+1)).Replace(string(text))
		if err := os.WriteFile(filepath.Join(e.WorkDir, fmt.Sprintf("event-%d.json", i+1)), []byte(event), 0o600); err != nil {
			return err
		}
		var found struct{ Detail json.RawMessage }
		if err := json.Unmarshal([]byte(event), &found); err != nil {
			return err
		}
		w.detector.Lines = append(w.detector.Lines, string(found.Detail))
	}
	return nil
}

// patience is how long a script waits for a program beside it, on a machine that has more to do.
const patience = 2 * time.Minute

// contained N waits until the N-th instance's evidence is under way, and names
// its incident in the environment.
func contained(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(worldKey{}).(*world)
	l := ledger.New(w.dynamodb, w.steps.table)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		all, _ := l.OpenIncidents(context.Background()) // there is no table at first
		for _, i := range all {
			if i.Resource.ID == ts.Getenv("INSTANCE_"+args[0]) && i.Evidence.Status != "" && i.Status == quarantine.StatusContained {
				ts.Setenv("INCIDENT_"+args[0], i.ID)
				return
			}
		}
	}
	ts.Fatalf("instance %s is not contained", args[0])
}

// opened N SUBNET is a look that finds another ACL on a subnet of the N-th instance's incident.
func opened(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(worldKey{}).(*world)
	l, ctx, at, incident := ledger.New(w.dynamodb, w.steps.table), context.Background(), time.Now().UTC(), ts.Getenv("INCIDENT_"+args[0])
	_, err := l.ClaimLook(ctx, incident, at, at)
	ts.Check(err)
	ts.Check(l.Drifted(ctx, incident, quarantine.Drift{
		Measure: quarantine.MeasureCut, AccountID: w.account.ID, Region: moto.Region, Thing: args[1], Kind: quarantine.DriftReopened,
		What: "is under acl-somebody-elses\x1b[31m", By: "arn:aws:sts::111122223333:assumed-role/terraform/run-7", Since: at, LastAt: at,
	}))
	ts.Check(l.Looked(ctx, incident, ""))
}

// handed N SUBNET is a hand that puts the VPC's default ACL on a subnet of the N-th instance.
func handed(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(worldKey{}).(*world)
	api, ctx := awsec2.NewFromConfig(w.account.Config()), context.Background()
	acls, err := api.DescribeNetworkAcls(ctx, &awsec2.DescribeNetworkAclsInput{})
	ts.Check(err)
	standard, association, vpc := "", "", ""
	for _, acl := range acls.NetworkAcls {
		for _, a := range acl.Associations {
			if aws.ToString(a.SubnetId) == args[1] {
				association, vpc = aws.ToString(a.NetworkAclAssociationId), aws.ToString(acl.VpcId)
			}
		}
	}
	for _, acl := range acls.NetworkAcls {
		if aws.ToBool(acl.IsDefault) && aws.ToString(acl.VpcId) == vpc {
			standard = aws.ToString(acl.NetworkAclId)
		}
	}
	_, err = api.ReplaceNetworkAclAssociation(ctx, &awsec2.ReplaceNetworkAclAssociationInput{AssociationId: &association, NetworkAclId: &standard})
	ts.Check(err)
}

// settled N has the N-th instance's incident hold everything for eleven minutes, as read back.
func settled(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(worldKey{}).(*world)
	ctx := context.Background()
	in, err := ledger.New(w.dynamodb, w.steps.table).Incident(ctx, ts.Getenv("INCIDENT_"+args[0]))
	ts.Check(err)
	for _, h := range in.Held() {
		if h.VerifiedAt.IsZero() {
			continue
		}
		text := func(s string) ddb.AttributeValue { return &ddb.AttributeValueMemberS{Value: s} }
		_, err := w.dynamodb.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName:        aws.String(w.steps.table),
			Key:              map[string]ddb.AttributeValue{"pk": text("HOLD#" + h.Measure + "#" + h.AccountID + "#" + h.Region + "#" + h.Thing), "sk": text("HOLD")},
			UpdateExpression: aws.String("SET verifiedAt = :at"), ConditionExpression: aws.String("attribute_exists(verifiedAt)"),
			ExpressionAttributeValues: map[string]ddb.AttributeValue{":at": text(time.Now().Add(-11 * time.Minute).UTC().Format("2006-01-02T15:04:05.000Z"))},
		})
		ts.Check(err)
	}
}

// question ID PURPOSE DURATION asks a person, as the state machine does.
func question(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(worldKey{}).(*world)
	lasts, err := time.ParseDuration(args[2])
	ts.Check(err)
	ctx := context.Background()
	_, _ = w.dynamodb.CreateTable(ctx, ledger.TableDefinition(w.steps.table)) // it can be there
	now := time.Now()
	_, err = ledger.New(w.dynamodb, w.steps.table).Ask(ctx, quarantine.ApprovalRequest{
		ID: args[0], Purpose: quarantine.Purpose(args[1]), Incident: "inc-20260203-0123456789",
		Resource: quarantine.Resource{AccountID: w.account.ID, Region: moto.Region, Kind: quarantine.KindInstance, ID: ts.Getenv("INSTANCE_1")},
		Finding:  quarantine.FindingSummary{ID: "finding-1", Type: "CryptoCurrency:EC2/BitcoinTool.B!DNS", Title: "Bitcoin\x1b[31m", Severity: 8},
		Score:    55, Reasons: []quarantine.Reason{{Name: "severity", Points: 40, Text: "severity 8"}},
		Execution: quarantine.Execution{ID: "arn:aws:states:eu-west-1:1:execution:quarantine-approval:e", Name: "e"},
		AskedAt:   now, ExpiresAt: now.Add(lasts),
	}, plantedToken+args[0])
	ts.Check(err)
}

// onRecord is decided REQUEST: it is approved, and the state machine is not told.
func onRecord(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(worldKey{}).(*world)
	_, err := ledger.New(w.dynamodb, "quarantine-ledger").Decide(context.Background(), args[0],
		quarantine.Decision{Approve: true, By: "somebody-else", Via: "link", At: time.Now()})
	ts.Check(err)
}

// detectors none, one, two or denied says what GuardDuty has in the region, and whether findings may be read.
func detectors(ts *testscript.TestScript, _ bool, args []string) {
	s := ts.Value(worldKey{}).(*world).detector
	s.Off, s.Second, s.Denied = args[0] == "none", "", nil
	switch args[0] {
	case "two":
		s.Second = "fedcba98765432100123456789abcdef"
	case "denied":
		s.Denied = []string{"GetFindings"}
	}
}

// archived N archives the N-th instance's finding in GuardDuty.
func archived(ts *testscript.TestScript, _ bool, args []string) {
	s := ts.Value(worldKey{}).(*world).detector
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	s.Lines[n-1] = strings.Replace(s.Lines[n-1], `"archived": false`, `"archived": true`, 1)
}

// answers FILE writes what Step Functions was told to a file.
func answers(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(worldKey{}).(*world)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Join(w.steps.told(), "\n")+"\n"), 0o600))
}
