#ifndef TITLE_H
#define TITLE_H

/* Makes ps show this name and command line for a process that has not execed; `words` ends with a NULL. */
void title_set(const char *name, const char *const words[]);

#endif
