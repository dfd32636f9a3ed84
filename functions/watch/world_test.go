package watch_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/watch"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/protection"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// world is an estate with incidents that are contained, and the watch.
type world struct {
	*estate.Estate
	watch.Handler
	taken []quarantine.Measurement
}

// newWorld cuts the instances off, and lets so much time pass that every read is of after it.
func newWorld(t *testing.T, instances ...string) *world {
	t.Helper()
	w := &world{Estate: estate.New(t, estate.Options{})}
	w.Handler = watch.Handler{
		Instances: w.Fleet, Cut: w.Fleet, Measures: []measure.Measure{protection.Measure{Instances: w.Fleet}}, Ledger: w.Estate.Ledger,
		Clock: clocktest.Clock{Time: w.Now}, Meter: func(all ...quarantine.Measurement) { w.taken = append(w.taken, all...) },
	}
	for _, instance := range instances {
		in := w.Isolation(instance)
		w.SetLock(in.Claim, quarantine.StatusIsolating)
		if _, err := w.Isolate(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	w.Pass(time.Hour)
	return w
}

// reopen puts another ACL on the subnet by hand.
func (w *world) reopen() { w.Swap("subnet-a", "acl-main") }

// attach gives an instance a network interface in a subnet by hand.
func (w *world) attach(instance, subnet string) {
	w.AttachInterface(w.ID(instance), account.Interface{Subnet: w.ID(subnet), PrivateIP: "10.0.0.99"})
}

// protect has the measure protection hold an instance.
func (w *world) protect(t *testing.T, instance string) {
	t.Helper()
	e := measure.Engine{Measure: w.Measures[0], Ledger: w.Estate.Ledger, Clock: w.Clock, Writer: measure.NewWriter()}
	if done, err := e.Apply(t.Context(), w.Isolation(instance).Claim); err != nil || done.Status != measure.Done {
		t.Fatalf("protection answers %+v, %v", done, err)
	}
	w.Pass(time.Hour)
}

func request(action string) watch.Request {
	return watch.Request{Action: action, Execution: estate.Execution("watch", "look")}
}

// look looks as the schedule does, or for another input.
func (w *world) look(t *testing.T, input string) watch.Answer {
	t.Helper()
	in := request(watch.Look)
	in.Input = json.RawMessage(input)
	out, err := w.Handle(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out.(watch.Answer)
}

// only is the one task of a look.
func (w *world) only(t *testing.T) watch.Task {
	t.Helper()
	out := w.look(t, `{}`)
	if len(out.Tasks) != 1 || len(out.Tasks[0].Drifts) != 1 {
		t.Fatalf("the look answers %+v", out)
	}
	return out.Tasks[0]
}

// putRight has a task settled as done, with the thing put right by hand in the product's place.
func (w *world) putRight(t *testing.T, task watch.Task) watch.Task {
	t.Helper()
	w.Swap("subnet-a", "acl-q1")
	return w.settle(t, task, &watch.Result{Subnets: task.Subnets}, nil)
}

func (w *world) settle(t *testing.T, task watch.Task, done *watch.Result, failure *quarantine.CaughtError) watch.Task {
	t.Helper()
	in := request(watch.Settle)
	in.Task, in.Result, in.Failure = task, done, failure
	return w.task(t, in)
}

func (w *world) told(t *testing.T, task watch.Task) watch.Task {
	t.Helper()
	in := request(watch.Told)
	in.Task = task
	return w.task(t, in)
}

func (w *world) task(t *testing.T, in watch.Request) watch.Task {
	t.Helper()
	out, err := w.Handle(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out.(watch.Task)
}

// record is what is on record of the looks at an instance's incident.
func (w *world) record(instance string) quarantine.Watch {
	return w.Incident(estate.IncidentOf(instance)).Watch
}

// drift is the one drift on record.
func (w *world) drift(t *testing.T) quarantine.Drift {
	t.Helper()
	all := w.record("i-web").Drifts
	if len(all) != 1 {
		t.Fatalf("on record is %+v", all)
	}
	return all[0]
}
