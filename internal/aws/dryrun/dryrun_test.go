package dryrun_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/smithy-go/middleware"

	"github.com/ec2-quarantine/quarantine/internal/aws/dryrun"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// wire counts the requests that leave a client, and answers none.
type wire struct{ sent atomic.Int32 }

var errNoNetwork = errors.New("the test has no network")

func (w *wire) Do(*http.Request) (*http.Response, error) {
	w.sent.Add(1)
	return nil, errNoNetwork
}

func (w *wire) config() aws.Config {
	return aws.Config{
		Region: "eu-west-1", HTTPClient: w, Credentials: credentials.NewStaticCredentialsProvider("AKID", "SECRET", ""),
		Retryer:    func() aws.Retryer { return aws.NopRetryer{} },
		APIOptions: []func(*middleware.Stack) error{dryrun.Guard},
	}
}

// clients are those of all services that a function calls.
func clients(c aws.Config) map[string]any {
	return map[string]any{
		"autoscaling": autoscaling.NewFromConfig(c), "dynamodb": dynamodb.NewFromConfig(c), "ec2": ec2.NewFromConfig(c),
		"elb": elasticloadbalancing.NewFromConfig(c), "elbv2": elasticloadbalancingv2.NewFromConfig(c), "events": eventbridge.NewFromConfig(c),
		"iam": iam.NewFromConfig(c), "sfn": sfn.NewFromConfig(c), "sns": sns.NewFromConfig(c), "ssm": ssm.NewFromConfig(c),
	}
}

// operations calls, of a client, every operation with an input that prepare makes of an empty one.
func operations(t *testing.T, client any, do func(name string, input reflect.Value, call func(context.Context) error)) (n int) {
	t.Helper()
	v := reflect.ValueOf(client)
	for i := range v.NumMethod() {
		name, method := v.Type().Method(i).Name, v.Method(i)
		if method.Type().NumIn() != 3 || method.Type().In(1).Kind() != reflect.Pointer || method.Type().In(1).Elem().Name() != name+"Input" {
			continue
		}
		n++
		input := reflect.New(method.Type().In(1).Elem())
		do(name, input.Elem(), func(ctx context.Context) error {
			err, _ := method.Call([]reflect.Value{reflect.ValueOf(ctx), input})[1].Interface().(error)
			return err
		})
	}
	return n
}

// Not those alone that adapters call today: every operation of every service that a function reaches.
func TestNoChangeLeavesTheProcessUnderADryRun(t *testing.T) {
	t.Parallel()
	w := &wire{}
	for service, client := range clients(w.config()) {
		n := operations(t, client, func(name string, _ reflect.Value, call func(context.Context) error) {
			if dryrun.Reads(name) {
				return
			}
			err := call(quarantine.DryRun(t.Context()))
			if refused, ok := errors.AsType[*dryrun.RefusedError](err); !ok || refused.Operation != name {
				t.Errorf("%s %s: %v", service, name, err)
			}
		})
		if n < 20 {
			t.Errorf("%s has %d operations: the test does not see them", service, n)
		}
	}
	if n := w.sent.Load(); n > 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestWhatAsksWithDryRunIsSent(t *testing.T) {
	t.Parallel()
	w := &wire{}
	n := 0
	operations(t, ec2.NewFromConfig(w.config()), func(name string, input reflect.Value, call func(context.Context) error) {
		field := input.FieldByName("DryRun")
		if dryrun.Reads(name) || !field.IsValid() {
			return
		}
		n++
		field.Set(reflect.ValueOf(aws.Bool(false)))
		if _, refused := errors.AsType[*dryrun.RefusedError](call(quarantine.DryRun(t.Context()))); !refused {
			t.Errorf("%s with DryRun false is not refused", name)
		}
		field.Set(reflect.ValueOf(aws.Bool(true)))
		if _, refused := errors.AsType[*dryrun.RefusedError](call(quarantine.DryRun(t.Context()))); refused {
			t.Errorf("%s with DryRun is refused", name)
		}
	})
	if n < 300 || w.sent.Load() == 0 {
		t.Errorf("%d operations of EC2 take DryRun, and %d requests were sent", n, w.sent.Load())
	}
}

func TestWithoutAMarkEverythingIsSentAndReadsAlways(t *testing.T) {
	t.Parallel()
	for name, call := range map[string]func(context.Context, *dynamodb.Client) error{
		"a change": func(ctx context.Context, c *dynamodb.Client) error {
			_, err := c.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: aws.String("t")})
			return err
		},
		"a read under a dry run": func(ctx context.Context, c *dynamodb.Client) error {
			_, err := c.GetItem(quarantine.DryRun(ctx), &dynamodb.GetItemInput{TableName: aws.String("t"), Key: nil})
			return err
		},
	} {
		w := &wire{}
		if _, refused := errors.AsType[*dryrun.RefusedError](call(t.Context(), dynamodb.NewFromConfig(w.config()))); refused {
			t.Errorf("%s is refused", name)
		}
	}
}

func TestOnlyVerbsThatReadAreReads(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"DescribeInstances", "GetItem", "ListAccessKeys", "Query"} {
		if !dryrun.Reads(name) {
			t.Errorf("%s reads", name)
		}
	}
	for _, name := range strings.Fields("PutItem UpdateItem TransactWriteItems QueryAndDelete Scan GetActivityTask SimulatePrincipalPolicy CreateTags describeInstances") {
		if dryrun.Reads(name) {
			t.Errorf("%s is none of the reads", name)
		}
	}
}
