package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ec2-quarantine/quarantine/internal/aws/guardduty/guarddutytest"
	"github.com/ec2-quarantine/quarantine/internal/backtest/backtesttest"
)

// pastAccount is an account with findings, in which EC2 has one instance or denies everything.
type pastAccount struct {
	t         testing.TB
	guardduty *guarddutytest.Server
	denied    bool // EC2 is

	mu       sync.Mutex
	requests []string
}

// reading are the only calls that a backtest makes.
var reading = []string{
	"sts:GetCallerIdentity", "guardduty:ListDetectors", "guardduty:ListFindings", "guardduty:GetFindings",
	"ec2:DescribeInstances", "ec2:DescribeNetworkInterfaces", "ec2:DescribeNetworkAcls",
}

func (a *pastAccount) ServeHTTP(to http.ResponseWriter, from *http.Request) {
	signed := signedFor.FindStringSubmatch(from.Header.Get("Authorization"))
	if signed == nil {
		a.t.Errorf("%s %s is not signed", from.Method, from.URL)
		return
	}
	form := url.Values{}
	action := guarddutytest.Operation(from)
	if signed[1] != "guardduty" {
		if err := from.ParseForm(); err != nil {
			a.t.Error(err)
		}
		form = from.PostForm
		action = form.Get("Action")
	}
	action = signed[1] + ":" + action
	a.mu.Lock()
	a.requests = append(a.requests, action)
	a.mu.Unlock()
	switch {
	case !slices.Contains(reading, action):
		a.t.Errorf("a backtest called %s (%s %s): it only reads", action, from.Method, from.URL)
	case signed[1] == "sts":
		fmt.Fprintf(to, `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>%s</Account><Arn>arn:aws:iam::%[1]s:user/auditor</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`, backtesttest.AccountID)
	case !slices.Contains(saidActions("backtest"), action):
		a.t.Errorf("quarantine backtest needs %s, which its help does not name", action)
	case signed[1] == "guardduty":
		a.guardduty.ServeHTTP(to, from)
	case a.denied:
		to.WriteHeader(http.StatusForbidden)
		fmt.Fprint(to, `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>not authorized</Message></Error></Errors></Response>`)
	default:
		fmt.Fprint(to, describe(action, form))
	}
}

// describe is what EC2 says: one instance in a subnet, with a NAT gateway beside it, and others that have gone.
func describe(action string, form url.Values) string {
	const vpc, subnet = "vpc-00000000000000001", "subnet-00000000000000001"
	switch action {
	case "ec2:DescribeInstances":
		if form.Get("InstanceId.1") != backtesttest.Instance(0) {
			return `<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>`
		}
		return `<DescribeInstancesResponse><reservationSet><item><ownerId>` + backtesttest.AccountID + `</ownerId><instancesSet><item><instanceId>` + backtesttest.Instance(0) +
			`</instanceId><instanceState><name>running</name></instanceState><networkInterfaceSet><item><networkInterfaceId>eni-00000000000000001</networkInterfaceId><vpcId>` + vpc +
			`</vpcId><subnetId>` + subnet + `</subnetId><sourceDestCheck>true</sourceDestCheck></item></networkInterfaceSet></item></instancesSet></item></reservationSet></DescribeInstancesResponse>`
	case "ec2:DescribeNetworkInterfaces":
		return `<DescribeNetworkInterfacesResponse><networkInterfaceSet><item><networkInterfaceId>eni-0000000000000000a</networkInterfaceId><subnetId>` + subnet +
			`</subnetId><interfaceType>nat_gateway</interfaceType><description>Interface for NAT Gateway nat-00000000000000001</description><requesterManaged>true</requesterManaged><status>in-use</status></item></networkInterfaceSet></DescribeNetworkInterfacesResponse>`
	default:
		return `<DescribeNetworkAclsResponse><networkAclSet><item><networkAclId>acl-1</networkAclId><associationSet><item><networkAclAssociationId>a-1</networkAclAssociationId><networkAclId>acl-1</networkAclId><subnetId>` +
			subnet + `</subnetId></item></associationSet></item></networkAclSet></DescribeNetworkAclsResponse>`
	}
}

// The scripts are what a user types to try a policy on the past, and what comes back; account says in
// them which account the commands after it talk to.
func TestBacktestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/backtest", RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			for name, value := range map[string]string{
				"AWS_ACCESS_KEY_ID": "AKIAPLANTED", "AWS_SECRET_ACCESS_KEY": "planted-secret", "AWS_REGION": backtesttest.Region, "AWS_EC2_METADATA_DISABLED": "true", "NO_COLOR": "1",
			} {
				e.Setenv(name, value)
			}
			e.Values[testKey{}] = e.T().(testing.TB)
			if err := silent(e); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(e.WorkDir, "findings.jsonl"), []byte(backtesttest.Lines(7, 300)), 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"account": pastOf},
	})
}

// pastOf serves an account: of 120 findings of now, with EC2 or without a right to it, or without a detector.
func pastOf(ts *testscript.TestScript, _ bool, args []string) {
	a := &pastAccount{t: ts.Value(testKey{}).(testing.TB), guardduty: &guarddutytest.Server{Lines: backtesttest.Recent(7, 120)}}
	switch args[0] {
	case "denied":
		a.denied = true
	case "off":
		a.guardduty.Off = true
	case "refused":
		a.guardduty.Denied = []string{"GetFindings"}
	case "open":
	default:
		ts.Fatalf("no account %s", args[0])
	}
	server := httptest.NewServer(a)
	ts.Defer(server.Close)
	ts.Setenv("AWS_ENDPOINT_URL", server.URL)
}

type testKey struct{}

func TestBacktestSaysHowItIsUsedAndWhatItMayCall(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	if code := run(t.Context(), []string{"backtest", "--help"}, streams{out: &out, err: &out}); code != exitOK {
		t.Error(code)
	}
	for _, want := range []string{"For example:\n\n    quarantine backtest ", "IAM actions: ", "--json", "--region", "--endpoint-url", "--profile"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("backtest --help lacks %q:\n%s", want, &out)
		}
	}
	said := saidActions("backtest")
	slices.Sort(said)
	want := slices.Sorted(slices.Values(reading[1:])) // who one is may be asked without a permission
	if got := slices.Compact(said); !slices.Equal(got, want) {
		t.Errorf("its help names %v, and it calls %v", got, want)
	}
}
