package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awscfn "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// A deployment is taken away through the SDK's clients, on an account that
// nobody here wrote.
func TestUninstallScripts(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/uninstall", RequireExplicitExec: true, Setup: newDeployment,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"question": question, "contained": contained, "answers": answers, "leftover": leftover, "customers": customers, "deny": deny, "runs": runsOn,
		},
	})
}

// uninstallWorld is the world with a stack in it, in which calls can be denied and
// executions run.
type uninstallWorld struct {
	*world

	mu     sync.Mutex
	denied string // part of what names a call: "GET /bucket?versions", "Action=DeleteStack"
	runs   []string
}

type deploymentKey struct{}

// guardTemplate has what the command knows a deployment by.
const guardTemplate = `{"Resources": {
  "Ledger": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain", "Properties": {
    "TableName": "quarantine-ledger", "BillingMode": "PAY_PER_REQUEST", "DeletionProtectionEnabled": true,
    "Tags": [{"Key": "quarantine:stack", "Value": "guard"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"},
      {"AttributeName": "listed", "AttributeType": "S"}, {"AttributeName": "listedAt", "AttributeType": "S"}],
    "GlobalSecondaryIndexes": [{"IndexName": "lists", "Projection": {"ProjectionType": "KEYS_ONLY"},
      "KeySchema": [{"AttributeName": "listed", "KeyType": "HASH"}, {"AttributeName": "listedAt", "KeyType": "RANGE"}]}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]}},
  "FindingsDeadLetterQueue": {"Type": "AWS::SQS::Queue"},
  "QuarantineStateMachine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"StateMachineName": "guard-contain",
    "RoleArn": "arn:aws:iam::111122223333:role/r", "DefinitionString": "{\"StartAt\": \"X\", \"States\": {\"X\": {\"Type\": \"Succeed\"}}}"}},
  "ReleaseStateMachine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"StateMachineName": "quarantine-release",
    "RoleArn": "arn:aws:iam::111122223333:role/r", "DefinitionString": "{\"StartAt\": \"X\", \"States\": {\"X\": {\"Type\": \"Succeed\"}}}"}}
}}`

// newDeployment gives a script an account with the stack guard, another stack,
// and a full bucket.
func newDeployment(e *testscript.Env) error {
	if err := newWorld(e); err != nil {
		return err
	}
	d := &uninstallWorld{world: e.Values[worldKey{}].(*world)}
	server := httptest.NewServer(heldToHelp(e.T().(testing.TB), d))
	e.Defer(server.Close)
	e.Values[deploymentKey{}] = d
	bucket := "quarantine-artifacts-" + d.account.ID
	e.Setenv("AWS_ENDPOINT_URL", server.URL)
	e.Setenv("BUCKET", bucket)
	config, ctx := d.account.Config(), context.Background()
	stacks := awscfn.NewFromConfig(config)
	for name, template := range map[string]string{"guard": guardTemplate, "other": `{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}`} {
		if _, err := stacks.CreateStack(ctx, &awscfn.CreateStackInput{StackName: &name, TemplateBody: &template}); err != nil {
			return err
		}
	}
	return fill(ctx, awss3.NewFromConfig(config, func(o *awss3.Options) { o.UsePathStyle = true }), bucket)
}

// fill makes the packaging bucket, with two versions of an object in it.
func fill(ctx context.Context, api *awss3.Client, bucket string) error {
	if _, err := api.CreateBucket(ctx, &awss3.CreateBucketInput{Bucket: &bucket, CreateBucketConfiguration: &types.CreateBucketConfiguration{
		LocationConstraint: types.BucketLocationConstraint(moto.Region)}}); err != nil {
		return err
	}
	if _, err := api.PutBucketTagging(ctx, &awss3.PutBucketTaggingInput{Bucket: &bucket, Tagging: &types.Tagging{
		TagSet: []types.Tag{{Key: aws.String("quarantine:stack"), Value: aws.String("guard")}}}}); err != nil {
		return err
	}
	if _, err := api.PutBucketVersioning(ctx, &awss3.PutBucketVersioningInput{Bucket: &bucket,
		VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled}}); err != nil {
		return err
	}
	for range 2 {
		if _, err := api.PutObject(ctx, &awss3.PutObjectInput{Bucket: &bucket, Key: aws.String("template"), Body: strings.NewReader("zip")}); err != nil {
			return err
		}
	}
	return nil
}

// ServeHTTP denies what is to be denied, knows the executions that run, and
// leaves the rest to the world.
func (d *uninstallWorld) ServeHTTP(to http.ResponseWriter, from *http.Request) {
	body, _ := io.ReadAll(from.Body)
	from.Body = io.NopCloser(strings.NewReader(string(body)))
	operation := strings.TrimPrefix(from.Header.Get("X-Amz-Target"), "AWSStepFunctions.")
	d.mu.Lock()
	call := from.Method + " " + from.URL.String() + " " + from.Header.Get("X-Amz-Target") + " " + string(body)
	denied := d.denied != "" && strings.Contains(call, d.denied)
	d.mu.Unlock()
	switch {
	case denied:
		denyAs(to, from, string(body))
	case operation == "ListExecutions" || operation == "DescribeExecution" || operation == "StopExecution":
		d.executions(to, operation, string(body))
	default:
		d.world.ServeHTTP(to, from)
	}
}

// denyAs answers as the service that was called does; EC2 has its own way.
func denyAs(to http.ResponseWriter, from *http.Request, body string) {
	if from.Header.Get("X-Amz-Target") != "" {
		fault(to, "AccessDeniedException")
		return
	}
	to.WriteHeader(http.StatusForbidden)
	form := "%s" // S3's
	switch {
	case strings.Contains(from.Header.Get("Authorization"), "/ec2/aws4_request"):
		form = "<Response><Errors>%s</Errors></Response>"
	case strings.Contains(body, "Action="):
		form = "<ErrorResponse>%s</ErrorResponse>"
	}
	fmt.Fprintf(to, form, "<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
}

func (d *uninstallWorld) executions(to http.ResponseWriter, operation, body string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	to.Header().Set("Content-Type", "application/x-amz-json-1.0")
	var in struct{ StateMachineArn, ExecutionArn string }
	_ = json.Unmarshal([]byte(body), &in)
	if operation == "StopExecution" {
		d.runs = nil
		reply(to, map[string]any{"stopDate": 1770000000})
		return
	}
	if operation == "DescribeExecution" {
		reply(to, map[string]any{"executionArn": in.ExecutionArn, "status": "RUNNING", "startDate": 1770000000,
			"input": `{"detail": {"id": "finding-9", "type": "Backdoor:EC2/C&CActivity.B", "resource": {"instanceDetails": {"instanceId": "i-9"}}}}`})
		return
	}
	all := []map[string]any{}
	for _, name := range d.runs {
		if strings.HasSuffix(in.StateMachineArn, ":guard-contain") {
			all = append(all, map[string]any{"executionArn": strings.Replace(in.StateMachineArn, ":stateMachine:", ":execution:", 1) + ":" + name,
				"stateMachineArn": in.StateMachineArn, "name": name, "status": "RUNNING", "startDate": 1770000000})
		}
	}
	reply(to, map[string]any{"executions": all})
}

// deny TEXT has every call denied from now on that has the text in it; without
// a text none.
func deny(ts *testscript.TestScript, _ bool, args []string) {
	d := ts.Value(deploymentKey{}).(*uninstallWorld)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.denied = strings.Join(args, " ")
}

// runs NAME has an execution run of that name, until it is stopped.
func runsOn(ts *testscript.TestScript, _ bool, args []string) {
	d := ts.Value(deploymentKey{}).(*uninstallWorld)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.runs = args
}

// customers makes a table that has nothing to do with this.
func customers(ts *testscript.TestScript, _ bool, _ []string) {
	d := ts.Value(deploymentKey{}).(*uninstallWorld)
	_, err := dynamodb.NewFromConfig(d.account.Config()).CreateTable(context.Background(), &dynamodb.CreateTableInput{
		TableName: aws.String("customers"), BillingMode: ddbtypes.BillingModePayPerRequest,
		AttributeDefinitions: []ddbtypes.AttributeDefinition{{AttributeName: aws.String("customer"), AttributeType: ddbtypes.ScalarAttributeTypeS}},
		KeySchema:            []ddbtypes.KeySchemaElement{{AttributeName: aws.String("customer"), KeyType: ddbtypes.KeyTypeHash}},
	})
	ts.Check(err)
}

// leftover NAME [theirs] makes a quarantine ACL in the VPC of subnet A that no
// subnet is under, and sets NAME to its id. One that is theirs is not on record.
func leftover(ts *testscript.TestScript, _ bool, args []string) {
	d := ts.Value(deploymentKey{}).(*uninstallWorld)
	client := awsec2.NewFromConfig(d.account.Config())
	subnets, err := client.DescribeSubnets(context.Background(), &awsec2.DescribeSubnetsInput{SubnetIds: []string{ts.Getenv("SUBNET_A")}})
	ts.Check(err)
	tags := []ec2types.Tag{{Key: aws.String(quarantine.TagProduct), Value: aws.String(quarantine.Product)}}
	made, err := client.CreateNetworkAcl(context.Background(), &awsec2.CreateNetworkAclInput{VpcId: subnets.Subnets[0].VpcId,
		TagSpecifications: []ec2types.TagSpecification{{ResourceType: ec2types.ResourceTypeNetworkAcl, Tags: tags}}})
	ts.Check(err)
	ts.Setenv(args[0], *made.NetworkAcl.NetworkAclId)
	if len(args) > 1 {
		return
	}
	_, err = ledger.New(dynamodb.NewFromConfig(d.account.Config()), "quarantine-ledger").Making(context.Background(), quarantine.MeasureCut,
		quarantine.Resource{AccountID: ts.Getenv("ACCOUNT"), Region: "eu-west-1"}, *made.NetworkAcl.NetworkAclId, *made.NetworkAcl.NetworkAclId)
	ts.Check(err)
}
