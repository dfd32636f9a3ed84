package main

import (
	"context"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssfn "github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/lab/pasted"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// mailbox keeps what people are told by what is deployed.
type mailbox struct {
	mu    sync.Mutex
	texts []string
}

// Name is the channel's.
func (*mailbox) Name() string { return "mail" }

// ReachesPeople says that somebody reads it.
func (*mailbox) ReachesPeople() bool { return true }

// Send keeps the message.
func (m *mailbox) Send(_ context.Context, sent quarantine.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.texts = append(m.texts, sent.Text)
	return nil
}

func (m *mailbox) read() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(m.texts, "\n")
}

// moment is when the events' activity was, to the minute: of months ago, it would only be told.
var moment = regexp.MustCompile(`2026-02-03T04:0[0-9]:`)

// found N has the deployed state machine get the N-th instance's event, as the rule gives it, of
// an activity that goes on.
func found(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(worldKey{}).(*world)
	machine := arn.ARN{Partition: arn.DefaultPartition, Service: "states", Region: moto.Region, Account: w.account.ID, Resource: "stateMachine:" + w.steps.prefix + "-contain"}
	event := moment.ReplaceAllString(ts.ReadFile("event-"+args[0]+".json"), time.Now().UTC().Format("2006-01-02T15:04:"))
	client := awssfn.NewFromConfig(w.account.Config(), func(o *awssfn.Options) { o.BaseEndpoint = aws.String(ts.Getenv("AWS_ENDPOINT_URL")) })
	_, err := client.StartExecution(context.Background(), &awssfn.StartExecutionInput{
		StateMachineArn: aws.String(machine.String()), Name: aws.String("found-" + args[0]), Input: &event})
	ts.Check(err)
}

// told FILE TEXT waits until people are told it, and writes all that they were told to a file.
func told(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(worldKey{}).(*world)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if text := w.steps.mail.read(); strings.Contains(text, args[1]) {
			ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
			return
		}
	}
	ts.Fatalf("nobody is told %q:\n%s", args[1], w.steps.mail.read())
}

// paste FILE COMMAND [REASON [FLAG...]] has a shell run the last command in a file that matches, as
// it is printed there; with a reason, in place of the printed one. Negated, it is refused as bad
// usage.
func paste(ts *testscript.TestScript, neg bool, args []string) {
	line := printedIn(ts, args[0], args[1])
	if len(args) > 2 {
		line = strings.Replace(line, command.Arg(command.SayWhy), command.Arg(args[2]), 1)
		line = strings.Join(append([]string{line}, args[3:]...), " ")
	}
	ts.Logf("%s", line)
	err := ts.Exec("sh", "-c", line)
	switch {
	case neg && (err == nil || err.Error() != "exit status 2"):
		ts.Fatalf("it is not refused: %v", err)
	case !neg && err != nil:
		ts.Fatalf("it does not run: %v", err)
	}
}

func printedIn(ts *testscript.TestScript, file, form string) (line string) {
	matches := regexp.MustCompile(form)
	for _, printed := range pasted.Commands(ts.ReadFile(file)) {
		if matches.MatchString(printed) {
			line = printed
		}
	}
	if line == "" {
		ts.Fatalf("%s has no command %s:\n%s", file, form, ts.ReadFile(file))
	}
	return line
}

// looked FILE has the AWS CLI run what a file prints that only looks, where there is an AWS CLI.
func looked(ts *testscript.TestScript, _ bool, args []string) {
	if err := exec.Command("aws", "--version").Run(); err != nil {
		ts.Logf("there is no AWS CLI: its commands are not run (pip install awscli)")
		return
	}
	looks, ran := regexp.MustCompile(`^aws (ec2|iam) (describe|get|list)-`), 0
	for _, line := range pasted.Commands(ts.ReadFile(args[0])) {
		if !looks.MatchString(line) {
			continue
		}
		run := exec.Command("sh", "-c", line)
		run.Env = os.Environ()
		for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED"} {
			run.Env = append(run.Env, name+"="+ts.Getenv(name))
		}
		if out, err := run.CombinedOutput(); err != nil {
			ts.Fatalf("%v: %s\n%s", err, line, out)
		}
		ran++
	}
	if ran == 0 {
		ts.Fatalf("%s has no command that looks", args[0])
	}
}
