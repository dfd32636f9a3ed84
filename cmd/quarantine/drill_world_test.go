package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
)

// drillWorld is the world with what a drill asks for and moto does not have: sessions whose policy
// counts, calls that are tried and not done, the text of a console, and the log of a state machine.
type drillWorld struct {
	*world
	mu       sync.Mutex
	policies map[string]string // of sessions, by their access key's id
}

var signedBy = regexp.MustCompile(`Credential=([^/]+)/`)

// ServeHTTP leaves the rest to the world.
func (d *drillWorld) ServeHTTP(to http.ResponseWriter, from *http.Request) {
	body, _ := io.ReadAll(from.Body)
	from.Body = io.NopCloser(bytes.NewReader(body))
	switch from.Header.Get("X-Amz-Target") {
	case "AWSStepFunctions.DescribeStateMachine":
		to.Header().Set("Content-Type", "application/x-amz-json-1.0")
		reply(to, map[string]any{"loggingConfiguration": map[string]any{"destinations": []any{map[string]any{
			"cloudWatchLogsLogGroup": map[string]any{"logGroupArn": "arn:aws:logs:eu-west-1:" + d.account.ID + ":log-group:quarantine:*"}}}}})
		return
	case "Logs_20140328.FilterLogEvents":
		to.Header().Set("Content-Type", "application/x-amz-json-1.1")
		reply(to, map[string]any{"events": d.log(string(body))})
		return
	}
	form, _ := url.ParseQuery(string(body)) // other services' bodies are no forms
	switch action := form.Get("Action"); {
	case action == "GetFederationToken":
		fmt.Fprintf(to, "<GetFederationTokenResponse><GetFederationTokenResult><Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"+
			"<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></GetFederationTokenResult></GetFederationTokenResponse>", d.session(form.Get("Policy")))
	case form.Get("DryRun") == "true":
		d.try(to, signedBy.FindStringSubmatch(from.Header.Get("Authorization"))[1])
	case action == "GetConsoleOutput":
		text := fmt.Sprintf("login:\nquarantine-probe %s out=yes\nquarantine-probe %s out=no\n", time.Now().UTC().Add(-time.Hour).Format(time.RFC3339), time.Now().UTC().Format(time.RFC3339))
		fmt.Fprintf(to, "<GetConsoleOutputResponse><output>%s</output></GetConsoleOutputResponse>", base64.StdEncoding.EncodeToString([]byte(text)))
	case action == "DeleteStack":
		d.deleteRouteTables()
		d.world.ServeHTTP(to, from)
	default:
		d.world.ServeHTTP(to, from)
	}
}

func (d *drillWorld) session(policy string) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	id := fmt.Sprintf("ASIADRILL%d", len(d.policies))
	d.policies[id] = policy
	return id
}

// try is an EC2 that wants both network ACLs allowed.
func (d *drillWorld) try(to http.ResponseWriter, session string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	code := "UnauthorizedOperation"
	if strings.Count(d.policies[session], ":network-acl/acl-") == 2 {
		code = "DryRunOperation"
	}
	to.WriteHeader(http.StatusForbidden)
	fmt.Fprintf(to, "<Response><Errors><Error><Code>%s</Code><Message>no</Message></Error></Errors></Response>", code)
}

// log is what a state machine's log has of an execution.
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
func (d *drillWorld) log(body string) []any {
	out := []any{}
	d.steps.mu.Lock()
	defer d.steps.mu.Unlock()
	for name, events := range d.steps.events {
		if !strings.Contains(body, ":"+name+`\" }`) {
			continue
		}
		for _, e := range events {
			line := map[string]any{"id": fmt.Sprint(e.ID), "type": e.Type, "execution_arn": d.steps.arns[name]}
			if e.StateEntered != nil {
				line["details"] = map[string]any{"name": e.StateEntered.Name}
			}
			text, _ := json.Marshal(line)
			out = append(out, map[string]any{"message": string(text)})
		}
	}
	return out
}

// deleteRouteTables deletes those that are not a VPC's main one, which moto does not where it deletes a
// stack: the VPC would stay.
func (d *drillWorld) deleteRouteTables() {
	api, ctx := awsec2.NewFromConfig(d.account.Config()), context.Background()
	tables, err := api.DescribeRouteTables(ctx, &awsec2.DescribeRouteTablesInput{})
	if err != nil {
		return
	}
	for _, table := range tables.RouteTables {
		main := false
		for _, a := range table.Associations {
			if main = main || aws.ToBool(a.Main); a.SubnetId != nil {
				_, _ = api.DisassociateRouteTable(ctx, &awsec2.DisassociateRouteTableInput{AssociationId: a.RouteTableAssociationId})
			}
		}
		if !main {
			_, _ = api.DeleteRouteTable(ctx, &awsec2.DeleteRouteTableInput{RouteTableId: table.RouteTableId})
		}
	}
}
