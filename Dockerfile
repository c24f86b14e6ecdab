# One image for every Atrium process: `atrium api`, `atrium worker`.
# Debian slim, because the Temporal SDK's native module is built for glibc.
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:20-bookworm-slim
ENV NODE_ENV=production ATRIUM_HOME=/var/lib/atrium
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/cli/atrium.mjs /app/cli/build.mjs ./cli/
COPY --from=build /app/dist ./dist
RUN mkdir -p /var/lib/atrium && chown node:node /var/lib/atrium
USER node
VOLUME /var/lib/atrium
EXPOSE 4280
ENTRYPOINT ["node", "cli/atrium.mjs"]
CMD ["api"]
