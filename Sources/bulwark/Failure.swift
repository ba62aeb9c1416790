// What a command says when it cannot go on, as the files of this target call it.

import CommandEntry

typealias Failure = CommandEntry.Failure
