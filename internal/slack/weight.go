package slack

// maxWeight is for all blocks of a message together. Slack documents no such limit, and refuses
// messages as msg_blocks_too_long from some 13,200 characters on, fewer where there are more
// blocks, and with 11,300 characters of text in one report: what is counted is not the text alone.
// https://github.com/slackapi/bolt-js/issues/2509
// https://github.com/slackapi/bolt-js/issues/2867
const maxWeight = 12_000

// container is at least what is around the text of a block or a button, the id that Slack gives a
// block included.
const container = 110

// blockWeight is that of a block of this text; none has no block.
func blockWeight(text string) int {
	if text == "" {
		return 0
	}
	return container + weight(text)
}

// weight counts a text in the way that comes to the most: as JSON of ASCII characters alone.
func weight(text string) (n int) {
	for _, r := range text {
		switch {
		case r > 0xffff: // a pair of surrogates
			n += len(`\ud83d\ude00`)
		case r < ' ' && r != '\n' && r != '\t' && r != '\r', r > '~':
			n += len(`\u00e9`)
		case r < ' ', r == '"', r == '\\', r == '/':
			n += len(`\n`)
		default:
			n++
		}
	}
	return n
}
