package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The checks of who is told.
const (
	idSubscriber = "topic.subscriber"
	idActions    = "alarms.actions"
	idRinging    = "alarms.quiet"
)

func (n *reading) news(ctx context.Context) []preflight.Check {
	all := []preflight.Check{n.subscriber(ctx, n.Stack.Operations, "alarms")}
	if n.Stack.Alerts == "" {
		return all
	}
	return append(all, n.subscriber(ctx, n.Stack.Alerts, "news of incidents"))
}

func (n *reading) subscriber(ctx context.Context, topic, of string) preflight.Check {
	s, err := n.Topics.Subscribers(ctx, topic)
	subscribe := "subscribe an address, and open the link in the mail that comes: " +
		n.aws("sns", "subscribe", "--topic-arn", topic, "--protocol", "email", "--notification-endpoint", "ADDRESS")
	switch {
	case quarantine.Is(err, quarantine.ThingGone):
		return check(preflight.News, idSubscriber, topic, preflight.Red, "The topic for "+of+" is gone: nobody hears them.", "Deploy the stack anew: a topic that was deleted by hand is not made again by an update.")
	case err != nil:
		return unread(preflight.News, idSubscriber, topic, err)
	case s.Confirmed > 0:
		return check(preflight.News, idSubscriber, topic, preflight.Green, fmt.Sprintf("%s subscribed to %s.", counted(s.Confirmed, s.AtLeast), of), "")
	case s.AtLeast:
		return check(preflight.News, idSubscriber, topic, preflight.Unknown, "The topic for "+of+" has more subscriptions than were read, and none of those is confirmed.", "Run "+n.aws("sns", "list-subscriptions-by-topic", "--topic-arn", topic))
	case s.Pending > 0:
		return check(preflight.News, idSubscriber, topic, preflight.Red, fmt.Sprintf("Nobody hears %s: %d subscribed, and did not confirm.", of, s.Pending),
			"Open the link in the mail from AWS Notifications. It holds for three days; after that "+subscribe)
	}
	return check(preflight.News, idSubscriber, topic, preflight.Red, "Nobody subscribes to "+of+".", strings.ToUpper(subscribe[:1])+subscribe[1:])
}

func counted(n int, more bool) string {
	text := fmt.Sprintf("%d confirmed", n)
	if n == 1 {
		text = "1 confirmed"
	}
	if more {
		text += " or more"
	}
	return text
}

func (n *reading) alarms(ctx context.Context) []preflight.Check {
	prefix := n.Stack.Name + "-"
	listed, err := n.Metrics.Alarms(ctx, prefix)
	if err != nil {
		return []preflight.Check{unread(preflight.News, idActions, prefix+"*", err)}
	}
	var count int
	var mute, rings []string
	gone := slices.Clone(n.Stack.Alarms)
	for _, a := range listed {
		name := strings.TrimPrefix(a.Name, prefix)
		if strings.Contains(name, "-") {
			continue // of another stack, whose name begins with this one's: no alarm's own name has a hyphen
		}
		count++
		gone = slices.DeleteFunc(gone, func(of string) bool { return of == name })
		if !a.Acts || !slices.Contains(a.Actions, n.Stack.Operations) {
			mute = append(mute, a.Name)
		}
		if a.Rings && !strings.HasPrefix(name, "Preflight") { // those tell of the last preflight, and this is the next
			rings = append(rings, a.Name)
		}
	}
	if count == 0 {
		return []preflight.Check{check(preflight.News, idActions, prefix+"*", preflight.Red, "The stack has no alarms: what fails is not told.", againAlarms)}
	}
	quiet := check(preflight.News, idRinging, prefix+"*", preflight.Green, "No alarm rings.", "")
	if len(rings) > 0 {
		quiet = check(preflight.News, idRinging, prefix+"*", preflight.Yellow, fmt.Sprintf("%d alarms ring: %s.", len(rings), first(rings)), "See docs/runbook.md, which has a section of each alarm's name.")
	}
	return []preflight.Check{n.acting(prefix, count, mute, gone), quiet}
}

// acting says which alarms ring nobody, and which there are no more.
func (n *reading) acting(prefix string, count int, mute, gone []string) preflight.Check {
	var found, remedy []string
	if len(gone) > 0 {
		found = append(found, fmt.Sprintf("%d alarms of the stack are gone: %s.", len(gone), first(gone)))
		remedy = append(remedy, againAlarms)
	}
	if len(mute) > 0 {
		found = append(found, fmt.Sprintf("%d of %d alarms do not ring the topic for alarms: %s.", len(mute), count, first(mute)))
		remedy = append(remedy, "Switch their actions on: "+n.aws(append([]string{"cloudwatch", "enable-alarm-actions", "--alarm-names"}, mute...)...)+
			". One whose action was taken away needs the topic "+n.Stack.Operations+" again.")
	}
	if len(found) == 0 {
		return check(preflight.News, idActions, prefix+"*", preflight.Green, fmt.Sprintf("All %d alarms ring the topic for alarms.", count), "")
	}
	return check(preflight.News, idActions, prefix+"*", preflight.Red, strings.Join(found, " "), strings.Join(remedy, " "))
}

const againAlarms = "Deploy the stack anew: alarms that were deleted by hand are not made again by an update."

// named is how many things are told by name.
const named = 5

// first are the first of them, and how many more there are.
func first(all []string) string {
	if more := len(all) - named; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(all[:named], ", "), more)
	}
	return strings.Join(all, ", ")
}
