package slack

import (
	"unicode/utf8"

	"github.com/slack-go/slack"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// action_id values that an interaction reports when a person presses a button:
// https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
// The value of Approve, Narrow and Deny is the request's ID. Slack reports a press of
// ActionOpen, too, but that button only opens the page and decides nothing.
const (
	BlockApproval = "approval"
	ActionApprove = "approve"
	ActionNarrow  = "narrow"
	ActionDeny    = "deny"
	ActionOpen    = "open"
)

// Limits of a button, in characters:
// https://docs.slack.dev/reference/block-kit/block-elements/button-element
const (
	maxValue = 2000
	maxURL   = 3000
)

// buttons returns an actions block. It returns nil if the message asks nothing, or if
// Slack would refuse the whole message because of a button: the section above then
// says how else to decide. A button that no service listens to is left out.
// No answer has a style, since a color would recommend it.
func buttons(ask *quarantine.MessageAsk) slack.Block {
	if ask == nil {
		return nil
	}
	var all []slack.BlockElement
	if n := utf8.RuneCountInString(ask.RequestID); ask.Buttons && n > 0 && n <= maxValue && utf8.ValidString(ask.RequestID) {
		all = append(all, button(ActionApprove, ask.RequestID, "Approve"))
		if ask.Narrow {
			all = append(all, button(ActionNarrow, ask.RequestID, "Narrow: give the subnets back"))
		}
		all = append(all, button(ActionDeny, ask.RequestID, "Deny"))
	}
	if linkable(ask.Link) && len(ask.Link) <= maxURL {
		all = append(all, button(ActionOpen, "", "Open the page").WithURL(ask.Link))
	}
	if len(all) == 0 {
		return nil
	}
	return slack.NewActionBlock(BlockApproval, all...)
}

// buttonsWeight is at least the weight of the block of a question's buttons.
func buttonsWeight(ask *quarantine.MessageAsk) int {
	if ask == nil {
		return 0
	}
	const buttons = 4
	sum := buttons * 2 * container
	if utf8.RuneCountInString(ask.RequestID) <= maxValue {
		sum += (buttons - 1) * weight(ask.RequestID)
	}
	if len(ask.Link) <= maxURL {
		sum += weight(ask.Link)
	}
	return sum
}

func button(action, value, label string) *slack.ButtonBlockElement {
	return slack.NewButtonBlockElement(action, value, slack.NewTextBlockObject(slack.PlainTextType, label, false, false))
}
