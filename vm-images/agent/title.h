#ifndef TITLE_H
#define TITLE_H

/* Makes ps show this command line and name for a process that has not execed: the words are joined by blanks and split. */
void title_set(const char *name, const char *const words[]);

#endif
